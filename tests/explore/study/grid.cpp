#include "explore/study/grid.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Yaml yaml(const std::string& text) { return Yaml::parse("at: " + text + "\n", "g.yaml").at("at"); }

std::vector<std::string> labels(const std::vector<GridAxis>& axes) {
  std::vector<std::string> all;
  for (std::size_t n = 0; n < static_cast<std::size_t>(point_count(axes)); ++n)
    all.push_back(point_label(axes, point_values(axes, n)));
  return all;
}

}  // namespace

TEST_CASE("a value is a number where it is an expression without names or units") {
  const auto is_number = [](const std::string& text, double number, const std::string& shown) {
    const AxisValue value = axis_value(text);
    CHECK(value.number == number);
    CHECK(value.text == shown);
  };
  is_number("1024", 1024, "1024");
  is_number("1 << 20", 1 << 20, "1048576");
  is_number("0.10", 0.1, "0.1");
  is_number("-3 * 2", -6, "-6");
  is_number("1e16", 1e16, "1e+16");
  for (const std::string name : {"BERT", "T5", "4 KiB", "2 * rows", "fusemax/proposal", "3 +", "a b"}) {
    INFO(name);
    CHECK(axis_value(name).text == name);
    CHECK_FALSE(axis_value(name).number);
  }
}

TEST_CASE("a grid is the product of its axes, the last one fastest") {
  const auto axes = parse_axes(yaml("{model: [T5, BERT], rows: [8, 1 << 4]}"));
  CHECK(labels(axes) ==
        std::vector<std::string>{"model=T5 rows=8", "model=T5 rows=16", "model=BERT rows=8", "model=BERT rows=16"});
  CHECK(labels({}) == std::vector<std::string>{""});
}

TEST_CASE("axes that are no grid are refused") {
  const auto error = [](const std::string& text) { return message_of([&] { parse_axes(yaml(text)); }); };
  CHECK(error("{rows: []}") == "g.yaml:1:12: at.rows: expected at least one value");
  CHECK(error("{rows: [1, a]}") == "g.yaml:1:12: at.rows: expected only numbers or only names, got '1' and 'a'");
  CHECK(error("{rows: [1, 1.0]}") == "g.yaml:1:16: at.rows[1]: '1' is there twice");
  CHECK(error("{rows: [1 / 0]}") == "g.yaml:1:13: at.rows[0]: expected a finite number, got '1 / 0'");
}

TEST_CASE("names in braces are replaced by the values of texts and numbers") {
  Scope scope;
  scope.add("model", AxisValue{"T5", {}});
  scope.add("rows", axis_value("1 << 4"));
  scope.add("hidden", 3);
  CHECK(scope.fill("{model}-{rows}-{rows}-{other}-{hidden}") == "T5-16-16-{other}-{hidden}");
  CHECK(scope.value(Expression::parse("rows * hidden")) == 48);
  CHECK(scope.has("hidden"));
  CHECK_FALSE(scope.has("model"));
  CHECK(message_of([&] { (void)scope.value(Expression::parse("model")); }).find("model") != std::string::npos);
  CHECK(message_of([&] { (void)scope.value(Expression::parse("1 / (rows - 16)")); }) ==
        "'1 / (rows - 16)' has no finite value");
}

TEST_CASE("names in braces are found, and a brace that is not closed is refused") {
  CHECK(names_in_braces(yaml("'a{b}c{d}'")) == std::vector<std::string>{"b", "d"});
  CHECK(names_in_braces(yaml("plain")).empty());
  CHECK(message_of([] { names_in_braces(yaml("'a{b'")); }) == "g.yaml:1:5: at: a '{' without its '}'");
}

}  // namespace tilewright::test::TEST_FILE
