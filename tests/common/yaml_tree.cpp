#include "common/yaml_tree.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <random>

#include "common/yaml.hpp"
#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::string refusal(const std::string& text) {
  return message_of([&] { return parse_yaml_tree(text, "x.yaml"); });
}

std::string repeat(const std::string& text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

/// Reads every value in every way that a reader of configs may.
void read_all(const Yaml& yaml) {
  message_of([&] { return yaml.expression(); });
  message_of([&] { return yaml.number(dimension::bytes); });
  message_of([&] { return yaml.integer(0, 100); });
  message_of([&] { return yaml.boolean(); });
  message_of([&] { yaml.only({"name", "levels"}); });
  if (yaml.is_list()) {
    for (const Yaml& item : yaml.items()) read_all(item);
  }
  if (yaml.is_map()) {
    for (const auto& [key, value] : yaml.entries()) read_all(value);
  }
}

constexpr const char* sample = R"(# an arch
arch:
  name: "two levels"
  levels:
    - {name: DRAM, size_B: 80 GiB, bandwidth_B_per_s: '3.35e12 B/s'}
    - name: SRAM
      size_B: 1 << 20
      note: |
        several
        lines
  flags: [true, false, ~, 1.5e3, [1, 2, {a: b}]]
  text: plain text over
    two lines
)";

std::string mutate(std::string text, std::mt19937& random) {
  const std::string letters = "[]{}:,-?&*!|>'\"%@`#~ \n\t<.0aM\\\x01\x80\xC3";
  const auto below = [&](std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random);
  };
  for (std::size_t edits = 1 + below(4); edits > 0 && !text.empty(); --edits) {
    const std::size_t at = below(text.size());
    const std::size_t length = 1 + below(12);
    switch (below(5)) {
      case 0:
        text[at] = letters[below(letters.size())];
        break;
      case 1:
        text.insert(at, 1, letters[below(letters.size())]);
        break;
      case 2:
        text.erase(at, length);
        break;
      case 3:
        text.insert(at, text.substr(below(text.size()), length));
        break;
      default:
        text.resize(at);
    }
  }
  return text;
}

}  // namespace

TEST_CASE("a tree has the structure, the places and the texts of the file") {
  const YamlNode root = parse_yaml_tree(sample, "x.yaml");
  REQUIRE(root.kind == YamlNode::Kind::map);
  const YamlNode& arch = root.children.at(0);
  CHECK(arch.key == "arch");
  CHECK(arch.key_line == 2);
  CHECK(arch.key_column == 1);
  const YamlNode& name = arch.children.at(0);
  CHECK(name.text == "two levels");
  CHECK(name.line == 3);
  CHECK(name.column == 9);
  CHECK(name.text_column == 10);
  const YamlNode& levels = arch.children.at(1);
  CHECK(levels.kind == YamlNode::Kind::list);
  CHECK(levels.children.at(0).children.at(2).text == "3.35e12 B/s");
  CHECK(levels.children.at(1).children.at(2).text == "several\nlines\n");
  CHECK(levels.children.at(1).children.at(2).text_column == 0);
  CHECK(arch.children.at(2).children.at(2).kind == YamlNode::Kind::nothing);
  CHECK(arch.children.at(3).text == "plain text over two lines");
  CHECK(arch.children.at(3).text_column == 0);
}

TEST_CASE("a byte order mark of YAML is skipped") {
  const YamlNode root = parse_yaml_tree(
      "\xEF\xBB\xBF"
      "a: 3",
      "x.yaml");
  CHECK(root.children.at(0).key == "a");
  CHECK(root.children.at(0).text_column == 4);
}

TEST_CASE("a document start and end, and CRLF lines, are fine") {
  CHECK(parse_yaml_tree("---\na: 3\n...\n", "x.yaml").children.at(0).text == "3");
  const YamlNode root = parse_yaml_tree("a: 3\r\nb: 4\r\n", "x.yaml");
  CHECK(root.children.at(0).text == "3");
  CHECK(root.children.at(1).key_line == 2);
}

TEST_CASE("a carriage return alone ends a line") {
  const YamlNode root = parse_yaml_tree("# a comment\ra: 3\rb: [4,\r  5]\r", "x.yaml");
  CHECK(root.children.at(0).text == "3");
  CHECK(root.children.at(1).key_line == 3);
  CHECK(root.children.at(1).children.at(1).line == 4);
  CHECK(refusal("a: 3\ra: 4\r") == "x.yaml:2:1: duplicate key 'a' (first at line 1)");
  CHECK(refusal("# only a comment\r") == "x.yaml: is empty");
}

TEST_CASE("empty documents are refused") {
  for (const char* text : {"", "\n\n", "# only a comment\n", "---\n", "~", "null"}) {
    INFO(text);
    CHECK(refusal(text) == "x.yaml: is empty");
  }
}

TEST_CASE("what is not text is refused") {
  CHECK(refusal(std::string(1, '\0')) == "x.yaml:1:1: is not text (byte 0x00)");
  CHECK(refusal("a: 1\nb: \x04") == "x.yaml:2:4: is not text (byte 0x04)");
  CHECK(refusal("a: \x7f") == "x.yaml:1:4: is not text (byte 0x7f)");
  CHECK(refusal("\xFF\xFE"
                "a") == "x.yaml:1:1: is not text (byte 0xff)");
  CHECK(refusal("a: \xC3") == "x.yaml:1:4: is not text (byte 0xc3)");
  CHECK(refusal("a: \xC0\x80") == "x.yaml:1:4: is not text (byte 0xc0)");          // overlong
  CHECK(refusal("a: \xE0\x80\x80") == "x.yaml:1:4: is not text (byte 0xe0)");      // overlong
  CHECK(refusal("a: \xED\xA0\x80") == "x.yaml:1:4: is not text (byte 0xed)");      // surrogate
  CHECK(refusal("a: \xF4\x90\x80\x80") == "x.yaml:1:4: is not text (byte 0xf4)");  // above U+10FFFF
  CHECK(parse_yaml_tree("a: \xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", "x.yaml").children.at(0).text ==
        "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
}

TEST_CASE("malformed YAML is refused with its place") {
  CHECK(refusal("a: [1, 2") == "x.yaml:1:8: a bracket is not closed");
  CHECK(refusal("a: {b: 1,\n") == "x.yaml:1:4: a '{' is not closed");
  CHECK(refusal("a: ['b' 'c']") == "x.yaml:1:9: expected ',' or ']'");
  CHECK(refusal("a: 1\n b: 2\n") ==
        "x.yaml:2:3: unexpected ':'; the line before may lack its ':' or be indented otherwise");
  CHECK(refusal("a:\n  b: 1\n \tc: 1\n") == "x.yaml:3:2: a tab; indent with spaces");
  CHECK(refusal("a: 'x") == "x.yaml:1:6: illegal EOF in scalar");
  CHECK(refusal("a: 'x y' z") == "x.yaml:1:10: expected 'key: value'; check indentation and quotes");
  CHECK(refusal("- a\nb: 1\n") == "x.yaml:2:1: text after the end of the document");
}

TEST_CASE("what yaml-cpp lets pass is refused") {
  CHECK(refusal("a: 'x\n\n b: 2\n") == "x.yaml:1:4: a quote is not closed");
  CHECK(refusal("a: \"x\\\"\n\n") == "x.yaml:1:4: a quote is not closed");
  CHECK(refusal("a: 'it''s'\nb: \"\\\"\"\nc: '\"'\n") == "no error");
  CHECK(refusal("a: b\nc\n") == "x.yaml:2:1: expected ':' after key 'c'");
  CHECK(refusal("{a:1}") == "x.yaml:1:2: expected ':' after key 'a:1'");
  CHECK(refusal("{\"a\":1, b : 2}") == "no error");
  CHECK(refusal("[a, b\n") == "x.yaml:1:1: a key must be plain text, or a bracket is not closed");
}

TEST_CASE("duplicate keys are refused") {
  CHECK(refusal("a: 1\nb: 2\na: 3\n") == "x.yaml:3:1: duplicate key 'a' (first at line 1)");
  CHECK(refusal("x: {a: 1, a: 2}") == "x.yaml:1:11: duplicate key 'a' (first at line 1)");
  CHECK(refusal("x: {a: 1}\ny: {a: 1}") == "no error");
}

TEST_CASE("keys are plain text") {
  CHECK(refusal("? [a]\n: 1\n") == "x.yaml:1:3: a key must be plain text, or a bracket is not closed");
  CHECK(refusal("~: 1\n") == "x.yaml:1:1: a key is empty");
  CHECK(refusal("'': 1\n") == "x.yaml:1:1: a key is empty");
  CHECK(refusal(std::string(300, 'a') + ": 1\n") == "x.yaml:1:1: a key is longer than 256 characters");
}

TEST_CASE("anchors, aliases and tags are refused") {
  CHECK(refusal("a: &x 1\n") == "x.yaml:1:4: anchors and aliases ('&', '*') are not supported");
  CHECK(refusal("a: &x {b: 1}\nc: *x\n") == "x.yaml:1:4: anchors and aliases ('&', '*') are not supported");
  CHECK(refusal("&x a: 1\n") == "x.yaml:1:1: anchors and aliases ('&', '*') are not supported");
  CHECK(refusal("a: !!str 1\n") == "x.yaml:1:4: tags ('!') are not supported");
  CHECK(refusal("a: !x [1]\n") == "x.yaml:1:4: tags ('!') are not supported");
}

TEST_CASE("several documents are refused") {
  CHECK(refusal("a: 1\n---\nb: 2\n") == "x.yaml:2:1: a second YAML document; one is expected");
  CHECK(refusal("[1]\n]") == "x.yaml:2:1: illegal flow end");
}

TEST_CASE("deep nesting is refused without harm") {
  CHECK(refusal(repeat("[", 64) + repeat("]", 64)) == "no error");
  CHECK(refusal(repeat("[", 65) + repeat("]", 65)) == "x.yaml:1:65: is nested more than 64 levels deep");
  CHECK(refusal(repeat("[", 100'000)) == "x.yaml:1:1001: is nested more than 64 levels deep");
  CHECK(refusal(repeat("{a: ", 100'000)) == "x.yaml:1:4001: is nested more than 64 levels deep");
  CHECK(refusal(repeat("- ", 100'000)) == "x.yaml:1:129: is nested more than 64 levels deep");
  CHECK(refusal(repeat("? ", 100'000)) != "no error");
}

TEST_CASE("large hostile files end soon") {
  const auto start = std::chrono::steady_clock::now();
  constexpr std::size_t bytes = 512u << 10;
  for (const char* piece : {"[",  "- ",  "a ", "a: ", "[],", "- a\n", "'", "\"", "? ", "a\n", "#", " ",
                            "\n", "&a ", "!",  "|\n", "{a,", "a,",    "-", ": ", "%",  "\\",  "\t"}) {
    INFO(piece);
    CHECK_NOTHROW(refusal(repeat(piece, bytes / std::string(piece).size())));
    CHECK_NOTHROW(refusal("[" + repeat(piece, bytes / std::string(piece).size())));
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  CHECK(taken.count() < 60);
}

TEST_CASE("mutated files are read or refused, never worse") {
  std::mt19937 random(20240607);
  int read = 0;
  for (int i = 0; i < 4000; ++i) {
    const std::string text = mutate(sample, random);
    INFO(text);
    REQUIRE_NOTHROW(message_of([&] {
      const Yaml root = Yaml::parse(text, "x.yaml");
      ++read;
      read_all(root);
    }));
  }
  CHECK(read > 500);
  CHECK(read < 3500);
}

}  // namespace tilewright::test::TEST_FILE
