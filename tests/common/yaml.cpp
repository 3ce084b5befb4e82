#include "common/yaml.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "tests/common/folder.hpp"
#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Yaml parse(const std::string& text) { return Yaml::parse(text, "x.yaml"); }

/// The refusal of `read` of the value of key `k`.
std::string refusal(const std::string& value, const std::function<void(const Yaml&)>& read) {
  return message_of([&] { read(parse("k: " + value).at("k")); });
}

}  // namespace

TEST_CASE("a document is read with places and key paths") {
  const Yaml root = parse("arch:\n  levels:\n    - name: L1\n    - {name: L2, size_B: 16 MiB}\n");
  CHECK(root.is_map());
  CHECK(root.path() == "");
  const std::vector<Yaml> levels = root.at("arch").at("levels").items();
  REQUIRE(levels.size() == 2);
  CHECK(root.at("arch").at("levels").is_list());
  const Yaml size = levels[1].at("size_B");
  CHECK(size.is_scalar());
  CHECK(size.path() == "arch.levels[1].size_B");
  CHECK(size.place().str() == "x.yaml:4:26");
  CHECK(size.text() == "16 MiB");
  CHECK(message_of([&] { size.fail("is too large"); }) == "x.yaml:4:26: arch.levels[1].size_B: is too large");
}

TEST_CASE("kinds in words") {
  CHECK(parse("{a: 1}").kind() == "a map");
  CHECK(parse("[1]").kind() == "a list");
  CHECK(parse("1").kind() == "a value");
  CHECK(parse("a:").at("a").kind() == "nothing");
  CHECK(parse("a: ~").at("a").kind() == "nothing");
  CHECK(parse("a: null").at("a").kind() == "nothing");
}

TEST_CASE("a value outlives the document that it came from") {
  const Yaml value = parse("a: {b: 3}").at("a").at("b");
  CHECK(value.integer(0, 9) == 3);
}

TEST_CASE("maps keep the order of the file") {
  const auto entries = parse("b: 1\na: 2\n").entries();
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].first == "b");
  CHECK(entries[1].first == "a");
  CHECK(entries[1].second.path() == "a");
}

TEST_CASE("missing and unknown keys are named") {
  const Yaml root = parse("a:\n  b: 1\n  bandwith: 2\n");
  CHECK_FALSE(root.find("c"));
  CHECK(message_of([&] { return root.at("c"); }) == "x.yaml:1:1: missing key 'c'");
  CHECK(message_of([&] { return root.at("a").at("c"); }) == "x.yaml:2:3: a: missing key 'c'");
  CHECK(message_of([&] {
          root.at("a").only({"b", "size_B", "bandwidth_B_per_s"});
        }) == "x.yaml:3:3: a.bandwith: unknown key; did you mean 'bandwidth_B_per_s'?");
  CHECK(message_of([&] { root.only({"zz"}); }) == "x.yaml:1:1: a: unknown key; known: zz");
  CHECK(message_of([&] { root.only({}); }) == "x.yaml:1:1: a: unknown key");
  CHECK_NOTHROW(root.only({"a"}));
}

TEST_CASE("the wrong kind is refused") {
  const auto at = [](const Yaml& yaml) { return yaml.at("x"); };
  CHECK(refusal("[1]", at) == "x.yaml:1:4: k: expected a map, got a list");
  CHECK(refusal("abc", at) == "x.yaml:1:4: k: expected a map, got 'abc'");
  CHECK(refusal("", at) == "x.yaml:1:1: k: expected a map, got nothing");
  CHECK(refusal("3", [](const Yaml& yaml) { return yaml.items(); }) == "x.yaml:1:4: k: expected a list, got '3'");
  CHECK(refusal("[1]", [](const Yaml& yaml) { return yaml.entries(); }) ==
        "x.yaml:1:4: k: expected a map, got a list");
  CHECK(refusal("[1]", [](const Yaml& yaml) { yaml.only({}); }) == "x.yaml:1:4: k: expected a map, got a list");
}

TEST_CASE("texts are scalars that are not empty") {
  const auto text = [](const Yaml& yaml) { return yaml.text(); };
  CHECK(parse("a: 'x y'").at("a").text() == "x y");
  CHECK(refusal("{a: 1}", text) == "x.yaml:1:4: k: expected a value, got a map");
  CHECK(refusal("''", text) == "x.yaml:1:4: k: expected a value, got ''");
  CHECK(refusal("~", text) == "x.yaml:1:1: k: expected a value, got nothing");
  CHECK(parse("[a, b]").texts() == std::vector<std::string>{"a", "b"});
  CHECK(refusal("[a, [b]]", [](const Yaml& yaml) { return yaml.texts(); }) ==
        "x.yaml:1:8: k[1]: expected a value, got a list");
}

TEST_CASE("only true and false are booleans") {
  CHECK(parse("true").boolean());
  CHECK_FALSE(parse("false").boolean());
  const auto boolean = [](const Yaml& yaml) { return yaml.boolean(); };
  CHECK(refusal("yes", boolean) == "x.yaml:1:4: k: expected true or false, got 'yes'");
  CHECK(refusal("True", boolean) == "x.yaml:1:4: k: expected true or false, got 'True'");
  CHECK(refusal("[true]", boolean) == "x.yaml:1:4: k: expected true or false, got a list");
}

TEST_CASE("numbers are expressions with a value, a unit and a range") {
  CHECK(parse("16 MiB").number(dimension::bytes) == 16 * 1048576);
  CHECK(parse("3e9").number(dimension::bytes_per_second) == 3e9);
  CHECK(parse("'1 / 4'").number() == 0.25);
  CHECK(parse("1").number(dimension::number, 0, 1) == 1);
  const auto rate = [](const Yaml& yaml) { return yaml.number(dimension::bytes_per_second, 0); };
  const auto share = [](const Yaml& yaml) { return yaml.number(dimension::number, 0, 1); };
  CHECK(refusal("400 GiB", rate) == "x.yaml:1:4: k: expected a value in B/s, got '400 GiB' (in B)");
  CHECK(refusal("16 MiB", share) == "x.yaml:1:4: k: expected a plain number, got '16 MiB' (in B)");
  CHECK(refusal("-2 GiB/s", rate) == "x.yaml:1:4: k: expected a number of at least 0 B/s, got '-2 GiB/s'");
  CHECK(refusal("1.5", share) == "x.yaml:1:4: k: expected a number from 0 to 1, got '1.5'");
  CHECK(refusal("3", [](const Yaml& yaml) { return yaml.number({}, -1e300, 2); }) ==
        "x.yaml:1:4: k: expected a number of at most 2, got '3'");
  CHECK(refusal("1 / 0", share) == "x.yaml:1:4: k: expected a finite number, got '1 / 0'");
  CHECK(refusal("M", share) == "x.yaml:1:4: k: expected a number, got 'M'");
  CHECK(refusal("inf", share) == "x.yaml:1:4: k: expected a number, got 'inf'");
  CHECK(refusal(".nan", share) == "x.yaml:1:4: k: expected a value, got '.nan'");
  CHECK(refusal("[1]", share) == "x.yaml:1:4: k: expected a number, got a list");
  CHECK(refusal("12 abc", share).starts_with("x.yaml:1:7: k: unknown unit 'abc'; known: B, "));
}

TEST_CASE("whole numbers") {
  const auto small = [](const Yaml& yaml) { return yaml.integer(1, 64); };
  const auto positive = [](const Yaml& yaml) { return yaml.integer(1, INT64_MAX); };
  CHECK(parse("64").integer(1, 64) == 64);
  CHECK(parse("1 << 20").integer(1, INT64_MAX) == 1048576);
  CHECK(parse("9007199254740991").integer(0, INT64_MAX) == 9007199254740991);
  CHECK(refusal("3.5", small) == "x.yaml:1:4: k: expected a whole number from 1 to 64, got '3.5'");
  CHECK(refusal("65", small) == "x.yaml:1:4: k: expected a whole number from 1 to 64, got '65'");
  CHECK(refusal("0", positive) == "x.yaml:1:4: k: expected a whole number of at least 1, got '0'");
  CHECK(refusal("9007199254740993", positive) ==
        "x.yaml:1:4: k: expected a whole number of at least 1, got '9007199254740993'");
  CHECK(refusal("3", [](const Yaml& yaml) { return yaml.integer(INT64_MIN, 2); }) ==
        "x.yaml:1:4: k: expected a whole number of at most 2, got '3'");
  CHECK(refusal("0 / 0", small) == "x.yaml:1:4: k: expected a whole number from 1 to 64, got '0 / 0'");
  CHECK(refusal("M", small) == "x.yaml:1:4: k: expected a whole number from 1 to 64, got 'M'");
  CHECK(refusal("{}", small) == "x.yaml:1:4: k: expected a whole number from 1 to 64, got a map");
}

TEST_CASE("expressions know the column of the offending character") {
  const auto read = [](const Yaml& yaml) { return yaml.expression(); };
  CHECK(parse("M / M0").expression().names() == std::vector<std::string>{"M", "M0"});
  CHECK(parse("a: {b: M}").at("a").at("b").expression().key_path() == "a.b");
  CHECK(refusal("1 + )", read) == "x.yaml:1:8: k: expected a value, got ')'");
  CHECK(refusal("\"1 + )\"", read) == "x.yaml:1:9: k: expected a value, got ')'");
  CHECK(refusal("\"1 \\x2b )\"", read) == "x.yaml:1: k: expected a value, got ')'");
}

TEST_CASE("long values are cut in messages") {
  const std::string message = refusal(std::string(500, 'a'), [](const Yaml& yaml) { return yaml.integer(1, 2); });
  CHECK(message == "x.yaml:1:4: k: expected a whole number from 1 to 2, got '" + std::string(60, 'a') + "...'");
}

TEST_CASE("a name is one that expressions can use") {
  const auto named = [](const std::string& name) {
    return refusal("v", [&](const Yaml& at) { require_name(at, name); });
  };
  for (const char* name : {"N", "rf_2d", "_x", "M0"}) CHECK(named(name) == "no error");
  for (const char* name : {"", "2d", "a.b", "a b", "a-b", "\xc3\xa9"})
    CHECK(named(name) ==
          std::string("x.yaml:1:4: k: a name is a letter or '_', then letters, digits and '_', got '") + name +
              "'");
}

TEST_CASE("what nothing reads is refused where it stands") {
  const std::string text = "a: {b: 1, c: [2, 3]}\nd: for people\ne: {}\n";
  const auto left = [&](const std::function<void(const Yaml&)>& read) {
    const Yaml yaml = Yaml::parse(text, "x.yaml");
    read(yaml);
    return message_of([&] { yaml.require_used(); });
  };
  const std::string unused = ": nothing here uses this value; leave it out";
  CHECK(left([](const Yaml&) {}) == "x.yaml:1:8: a.b" + unused);
  CHECK(left([](const Yaml& yaml) { (void)yaml.at("a").at("b").integer(0, 9); }) == "x.yaml:1:15: a.c[0]" + unused);
  const auto numbers = [](const Yaml& yaml) {
    (void)yaml.at("a").at("b").number();
    (void)yaml.at("a").at("c").texts();
  };
  CHECK(left(numbers) == "x.yaml:2:4: d" + unused);
  const auto notes = [&](const Yaml& yaml) {
    numbers(yaml);
    yaml.note("d");
    yaml.note("another");
  };
  CHECK(left(notes) == "x.yaml:3:4: e" + unused);
  CHECK(left([&](const Yaml& yaml) {
          notes(yaml);
          CHECK_FALSE(yaml.at("e").find("f"));
        }) == "no error");
}

TEST_CASE("files are refused before they are parsed") {
  const TemporaryFolder folder;
  const std::string file = folder.path() / "x.yaml";
  const auto load = [&] { return message_of([&] { return Yaml::load(file); }); };
  CHECK(load() == file + ": no such file");
  std::ofstream(file).close();
  CHECK(load() == file + ": is empty");
  std::ofstream(file) << "a: 3";
  CHECK(Yaml::load(file).at("a").integer(0, 9) == 3);
  CHECK(Yaml::load(file).place().str() == file + ":1:1");
  std::filesystem::resize_file(file, 1u << 30);
  CHECK(load() == file + ": is 1073741824 B, more than the 16777216 B that a YAML file may have");
  CHECK(message_of([&] { return Yaml::load(folder.path()); }) == folder.path().string() + ": is a directory");
}

}  // namespace tilewright::test::TEST_FILE
