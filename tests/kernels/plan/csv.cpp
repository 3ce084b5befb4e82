#include "kernels/plan/csv.hpp"

#include <catch2/catch.hpp>

#include "tests/kernels/plan/support.hpp"

namespace tilewright::plan::TEST_FILE {

namespace {

std::string refusal(const std::string& text) {
  return refusal_of([&] { read_csv(text, "x.csv"); });
}

using Cells = std::vector<std::string>;

}  // namespace

TEST_CASE("CSV cells with commas, quotes and line ends are read") {
  const auto rows = read_csv("a,\"b, \"\"c\"\"\",\r\n\"two\nlines\",,x\nlast,,", "x.csv");
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].cells == Cells{"a", "b, \"c\"", ""});
  CHECK(rows[1].cells == Cells{"two\nlines", "", "x"});
  CHECK(rows[1].line == 2);
  CHECK(rows[2].cells == Cells{"last", "", ""});
  CHECK(rows[2].line == 4);
}

TEST_CASE("what is written as CSV is read back") {
  const std::vector<Cells> tables[] = {{{"", "x"}}, {{"a,b", "say \"x\"", "c\nd", ""}}, {{"", ""}, {"1", "2"}}};
  for (const auto& table : tables) {
    std::string text;
    for (const Cells& cells : table) text += csv_line(cells);
    const auto rows = read_csv(text, "x.csv");
    REQUIRE(rows.size() == table.size());
    for (std::size_t row = 0; row < rows.size(); ++row) CHECK(rows[row].cells == table[row]);
  }
}

TEST_CASE("what is not CSV is refused with its line") {
  CHECK(read_csv("", "x.csv").empty());
  CHECK(refusal("a,b\n1,2\n3\n") == "x.csv:3: expected 2 cells as in the header, got 1");
  CHECK(refusal("a,b\n\"x\ny\",2\n1,2,3\n") == "x.csv:4: expected 2 cells as in the header, got 3");
  CHECK(refusal("a\n\"1\n2") == "x.csv:2: a quote is not closed");
  CHECK(refusal("a\n\"1\"2\n") == "x.csv:2: text after a closing quote");
  CHECK(refusal("a\n1\"2\n") == "x.csv:2: a quote inside a cell that is not quoted");
}

}  // namespace tilewright::plan::TEST_FILE
