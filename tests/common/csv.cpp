#include <catch2/catch.hpp>
#include <random>

#include "common/table.hpp"
#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::string refusal(const std::string& text) {
  return message_of([&] { parse_csv(text, "x.csv"); });
}

std::string cell(const Table& table, std::size_t row, std::size_t column) {
  return std::get<std::string>(table.rows.at(row).at(column));
}

std::string random_text(std::mt19937& random) {
  const std::string letters = "ab ,\"\n\r;";
  std::string text;
  for (auto length = random() % 6; length > 0; --length) text += letters[random() % letters.size()];
  return text;
}

}  // namespace

TEST_CASE("CSV is read by RFC 4180") {
  const Table table = parse_csv("a,\"b \"\"x\"\"\",c\r\n1,\"two,\nlines\",\r\n\"\",4,5", "x.csv");
  REQUIRE(table.columns.size() == 3);
  CHECK(table.columns[1].name == "b \"x\"");
  REQUIRE(table.rows.size() == 2);
  CHECK(cell(table, 0, 1) == "two,\nlines");
  CHECK(cell(table, 0, 2).empty());
  CHECK(cell(table, 1, 0).empty());
  CHECK(cell(table, 1, 2) == "5");
}

TEST_CASE("a byte order mark of CSV is skipped") {
  CHECK(parse_csv("\xEF\xBB\xBF"
                  "a\n",
                  "x")
            .columns[0]
            .name == "a");
}

TEST_CASE("a table of one column may have empty cells") { CHECK(parse_csv("a\n\n1\n", "x").rows.size() == 2); }

TEST_CASE("what is not CSV is refused with its line") {
  CHECK(refusal("") == "x.csv: is empty");
  CHECK(refusal("a,b\n1,2\n3\n") == "x.csv:3: expected 2 values as in the header, got 1");
  CHECK(refusal("a,b\n1,2,3\n") == "x.csv:2: expected 2 values as in the header, got 3");
  CHECK(refusal("a,b\n1,2\n\n") == "x.csv:3: expected 2 values as in the header, got 1");
  CHECK(refusal("a,b\n\"x\ny\",2\n3\n") == "x.csv:4: expected 2 values as in the header, got 1");
  CHECK(refusal("a,b\n1,\"2\n3\n") == "x.csv:2: a quote is not closed");
  CHECK(refusal("a,b\n1,\"2\"3\n") == "x.csv:2: text after a closing quote");
  CHECK(refusal("a,b\n1,2\"3\n") == "x.csv:2: a quote inside a value that is not quoted");
  CHECK(refusal("a,b\n1,\"2\"\rx\n") == "x.csv:2: a carriage return that ends no line");
  CHECK(refusal("a,b\r1,2\r") == "x.csv:1: a carriage return that ends no line");
  CHECK(refusal("a,b\n1,2\r3,4\r") == "x.csv:2: a carriage return that ends no line");
  CHECK(refusal("a,,b\n") == "x.csv:1: column 2 has no name");
  CHECK(refusal("\n") == "x.csv:1: column 1 has no name");
  CHECK(refusal("a,b,a\n") == "x.csv:1: duplicate column 'a'");
}

TEST_CASE("random tables survive the way to CSV and back") {
  std::mt19937 random(7);
  for (int i = 0; i < 500; ++i) {
    Table table{{{"x" + random_text(random)}, {"y" + random_text(random)}}, {}};
    for (auto rows = random() % 5; rows > 0; --rows)
      table.rows.push_back({random_text(random), random_text(random)});
    const std::string text = table.str(Table::Format::csv);
    INFO(text);
    const Table back = parse_csv(text, "x");
    REQUIRE(back.columns[0].name == table.columns[0].name);
    REQUIRE(back.columns[1].name == table.columns[1].name);
    REQUIRE(back.rows == table.rows);
  }
}

}  // namespace tilewright::test::TEST_FILE
