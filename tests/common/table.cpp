#include "common/table.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

using Format = Table::Format;

namespace {

Table sample() {
  return {{{"name"}, {"time_s", dimension::seconds}, {"utilisation", {}, true}, {"points"}},
          {{"qk", 2.01e-3, 0.1234, 4096.0}, {"softmax", 1.5, 1.0, {}}}};
}

}  // namespace

TEST_CASE("text is aligned, with pretty units and numbers to the right") {
  CHECK(sample().str(Format::table) ==
        "name      time_s  utilisation  points\n"
        "-------  -------  -----------  ------\n"
        "qk       2.01 ms       12.3 %    4096\n"
        "softmax    1.5 s      100.0 %\n");
}

TEST_CASE("text aligns characters, not bytes, and keeps to one line a row") {
  const Table table{{{"a"}, {"b"}}, {{"\xC3\xA9\xC3\xA9", "x"}, {"abc\ndef", "y"}}};
  CHECK(table.str(Format::table) ==
        "a        b\n"
        "-------  -\n"
        "\xC3\xA9\xC3\xA9       x\n"
        "abc def  y\n");
}

TEST_CASE("a column of numbers and texts is aligned as text") {
  const Table table{{{"a"}}, {{1.0}, {"long"}}};
  CHECK(table.str(Format::table) == "a\n----\n1\nlong\n");
}

TEST_CASE("a table without rows has a header") {
  CHECK(Table{{{"a"}, {"b"}}, {}}.str(Format::table) == "a  b\n-  -\n");
  CHECK(Table{{{"a"}, {"b"}}, {}}.str(Format::csv) == "a,b\n");
  CHECK(Table{{{"a"}, {"b"}}, {}}.str(Format::json) == "[]\n");
}

TEST_CASE("JSON is an array of objects in column order") {
  const std::string text = sample().str(Format::json);
  const auto rows = nlohmann::ordered_json::parse(text);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].dump() == R"({"name":"qk","time_s":0.00201,"utilisation":0.1234,"points":4096})");
  CHECK(rows[1].dump() == R"({"name":"softmax","time_s":1.5,"utilisation":1,"points":null})");
}

TEST_CASE("JSON stands what JSON has not") {
  const Table table{{{"a"}, {"b"}, {"c"}}, {{INFINITY, std::nan(""), "\xFF\"\n"}}};
  const auto rows = nlohmann::json::parse(table.str(Format::json));
  CHECK(rows[0]["a"].is_null());
  CHECK(rows[0]["b"].is_null());
  CHECK(rows[0]["c"] == "\xEF\xBF\xBD\"\n");
}

TEST_CASE("CSV has every digit, absent cells are empty") {
  const Table table{{{"a,b"}, {"x"}, {"y"}}, {{"say \"hi\"", 0.1, {}}, {"two\nlines", 1.0 / 3, 1e22}}};
  CHECK(table.str(Format::csv) ==
        "\"a,b\",x,y\n"
        "\"say \"\"hi\"\"\",0.1,\n"
        "\"two\nlines\",0.3333333333333333,1e+22\n");
}

TEST_CASE("numbers survive CSV") {
  for (const double value : {0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, -0.0, 123456789012345678.0}) {
    const Table table{{{"a"}}, {{value}}};
    const Table back = parse_csv(table.str(Format::csv), "t");
    CHECK(std::strtod(std::get<std::string>(back.rows[0][0]).c_str(), nullptr) == value);
  }
}

TEST_CASE("ragged tables are a fault of the program") {
  const Table table{{{"a"}, {"b"}}, {{1.0}}};
  CHECK_THROWS_AS(table.str(Format::csv), std::logic_error);
  CHECK_THROWS_WITH(table.str(Format::table), "a row of 1 cells in a table of 2 columns");
}

TEST_CASE("formats have names") {
  CHECK(Table::format("table") == Format::table);
  CHECK(Table::format("json") == Format::json);
  CHECK(Table::format("csv") == Format::csv);
  CHECK(message_of([] { Table::format("jsn"); }) == "unknown format 'jsn'; did you mean 'json'?");
  CHECK(message_of([] { Table::format("xml"); }) == "unknown format 'xml'; known: table, json, csv");
}

}  // namespace tilewright::test::TEST_FILE
