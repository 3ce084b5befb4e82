#include "einsum/lexer.hpp"

#include <catch2/catch.hpp>

#include "tests/einsum/cascades.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Source source(const std::string& text) { return {text, {"t.yaml", 3, 7}, "cascade.einsums[0]"}; }

std::string words(const std::string& text) {
  std::string result;
  for (const Token& token : tokenize(source(text))) result += token.text + "|";
  return result;
}

}  // namespace

TEST_CASE("a statement is cut into names, numbers and symbols") {
  CHECK(words("RM[m1+1,p]=max(a, b)") == "RM|[|m1|+|1|,|p|]|=|max|(|a|,|b|)||");
  CHECK(words(" 1.5e-3 * .5 - 2. ") == "1.5e-3|*|.5|-|2.||");
  CHECK(words("") == "|");
  CHECK(tokenize(source("A  bc"))[1].offset == 3);
}

TEST_CASE("a wrong character is refused where it stands") {
  CHECK(error_of([] { words("A @ B"); }) == "t.yaml:3:9: cascade.einsums[0]: unexpected character '@'");
  CHECK(error_of([] { words("A + \xc3\xa9"); }) ==
        "t.yaml:3:11: cascade.einsums[0]: unexpected character '\xc3\xa9'");
  CHECK(error_of([] { words("12ab"); }) == "t.yaml:3:9: cascade.einsums[0]: a number ends in a letter");
}

TEST_CASE("identifiers") {
  CHECK(is_identifier("A_1b"));
  CHECK_FALSE(is_identifier(""));
  CHECK_FALSE(is_identifier("1a"));
  CHECK_FALSE(is_identifier("a-b"));
}

}  // namespace tilewright::test::TEST_FILE
