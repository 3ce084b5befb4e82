#include "common/error.hpp"

#include <catch2/catch.hpp>
#include <vector>

namespace tilewright::test::TEST_FILE {

TEST_CASE("a place leaves out what is not known") {
  CHECK(Place{}.str() == "");
  CHECK(Place{"a.yaml"}.str() == "a.yaml");
  CHECK(Place{"a.yaml", 3}.str() == "a.yaml:3");
  CHECK(Place{"a.yaml", 3, 7}.str() == "a.yaml:3:7");
  CHECK(Place{"a.yaml", 0, 7}.str() == "a.yaml");
}

TEST_CASE("an input error is one line of place, key path and message") {
  CHECK(std::string(InputError("plain").what()) == "plain");
  CHECK(std::string(InputError({"a.yaml", 3, 7}, "b.c", "is wrong").what()) == "a.yaml:3:7: b.c: is wrong");
  CHECK(std::string(InputError({"a.yaml"}, "", "is wrong").what()) == "a.yaml: is wrong");
  CHECK(std::string(InputError({}, "b.c", "is wrong").what()) == "b.c: is wrong");
  CHECK(std::string(InputError({}, "", "is wrong").what()) == "is wrong");
  CHECK(std::string(InputError("no 'a\nb\r\x01'").what()) == "no 'a\\nb\\x0d\\x01'");
  CHECK(std::string(InputError({"a\n.yaml", 3}, "b\n", "is\twrong").what()) == "a\\n.yaml:3: b\\n: is\\x09wrong");
}

TEST_CASE("the nearest name is offered") {
  const std::vector<std::string> keys = {"name", "size_B", "bandwidth_B_per_s", "energy_J_per_B"};
  CHECK(did_you_mean("bandwith", keys) == "; did you mean 'bandwidth_B_per_s'?");
  CHECK(did_you_mean("size", keys) == "; did you mean 'size_B'?");
  CHECK(did_you_mean("nmae", keys) == "; did you mean 'name'?");
  CHECK(did_you_mean("NAME", keys) == "; did you mean 'name'?");
  CHECK(did_you_mean("names", keys) == "; did you mean 'name'?");
  CHECK(did_you_mean("Pp", std::vector<std::string>{"M", "P"}) == "; did you mean 'P'?");
  CHECK(did_you_mean("fuzemax", std::vector<std::string>{"flat", "fusemax"}) == "; did you mean 'fusemax'?");
}

TEST_CASE("a misspelt name wins over a name that begins alike") {
  CHECK(did_you_mean("tiles", std::vector<std::string>{"tilesize_q", "tile"}) == "; did you mean 'tile'?");
}

TEST_CASE("a name that goes on where the wanted one ends wins over one with more than a slip") {
  const std::vector<std::string> keys = {"gpu/b200", "gpu/a100-sxm4-80gb", "gpu/a100-sxm4"};
  CHECK(did_you_mean("gpu/a100", keys) == "; did you mean 'gpu/a100-sxm4'?");
  CHECK(did_you_mean("GPU/A100", keys) == "; did you mean 'gpu/a100-sxm4'?");
  CHECK(did_you_mean("gpu/a200", keys) == "; did you mean 'gpu/b200'?");
  CHECK(did_you_mean("left", std::vector<std::string>{"lift", "left_and_right"}) == "; did you mean 'lift'?");
}

TEST_CASE("without a near name all are listed") {
  const std::vector<std::string> keys = {"alpha", "beta"};
  CHECK(did_you_mean("xyz", keys) == "; known: alpha, beta");
  CHECK(did_you_mean("abcdef", std::vector<std::string>{"abcxyz"}) == "; known: abcxyz");
  CHECK(did_you_mean("", keys) == "; known: alpha, beta");
  CHECK(did_you_mean("xyz", {}) == "");
  CHECK(did_you_mean(std::string(100'000, 'a'), keys) == "; known: alpha, beta");
}

TEST_CASE("a long list of names is cut") {
  std::vector<std::string> keys;
  for (int i = 100; i < 200; ++i) keys.push_back("k" + std::to_string(i));
  const std::string text = did_you_mean("zzzzzzzz", keys);
  CHECK(text.starts_with("; known: k100, k101, "));
  CHECK(text.ends_with("k123, ... (100 in all)"));
}

}  // namespace tilewright::test::TEST_FILE
