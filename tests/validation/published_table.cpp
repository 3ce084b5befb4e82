#include "validation/published_table.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/validation/little_suite.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

PublishedTable read(const std::string& csv) {
  const LittleSuite little;
  const Suite suite = little.suite();
  return read_published(little.write("t.csv", csv), suite.tables[0], suite.study);
}

/// But for the folder.
std::string error(const std::string& csv) {
  const std::string message = message_of([&] { read(csv); });
  return message.substr(std::min(message.find("t.csv"), message.size()));
}

const std::string header = "model,rows,time_ns,energy_pJ\n";

}  // namespace

TEST_CASE("rows have keys in the order of the axes, and values by column") {
  const PublishedTable table =
      read("note,energy_pJ,rows,time_ns,model\n,1e3,8,34,small\n\"a, b\",2,1 << 4,-0.5,wide\n");
  REQUIRE(table.rows.size() == 2);
  CHECK(table.rows[0].label == "model=small rows=8");
  CHECK(table.rows[1].label == "model=wide rows=16");
  CHECK(table.rows[1].keys[0].text == "wide");
  CHECK(table.rows[1].keys[1].number == 16);
  CHECK(table.rows[0].values == std::map<std::string, double>{{"energy_pJ", 1000}, {"time_ns", 34}});
  CHECK(table.rows[1].values == std::map<std::string, double>{{"energy_pJ", 2}, {"time_ns", -0.5}});
  CHECK(table.rows[1].place.line == 3);
}

TEST_CASE("an ignored column may be missing") { CHECK(error(header + "small,8,34,1708\n") == ""); }

TEST_CASE("wrong columns are refused") {
  CHECK(error("model,rows,time_ns,energy_pJ,nte\nsmall,8,34,1708,x\n") ==
        "t.csv:1: unknown column 'nte'; did you mean 'note'?");
  CHECK(error("model,rows,time_ns\nsmall,8,34\n") == "t.csv:1: missing column 'energy_pJ'");
  CHECK(error("rows,time_ns,energy_pJ\n8,34,1708\n") == "t.csv:1: missing column 'model'");
  CHECK(error("model,rows,time_ns,energy_pJ,rows\nsmall,8,34,1708,8\n") == "t.csv:1: duplicate column 'rows'");
}

TEST_CASE("ragged and empty tables are refused") {
  CHECK(error(header + "small,8,34,1708\nsmall,16,68\n") == "t.csv:3: expected 4 values as in the header, got 3");
  CHECK(error(header + "small,8,34,1708,9\n") == "t.csv:2: expected 4 values as in the header, got 5");
  CHECK(error(header) == "t.csv: has no rows");
  CHECK(error("") == "t.csv: is empty");
}

TEST_CASE("values are numbers other than 0") {
  for (const std::string value :
       {"fast", "", "0", "0.0", "-0", "nan", "inf", "1e999", "34 ns", " 34", "+34", "0x22"})
    CHECK(error(header + "small,8," + value + ",1708\n") ==
          "t.csv:2: time_ns: expected a number other than 0, got '" + value + "'");
}

TEST_CASE("keys are names or numbers as their axis has them") {
  CHECK(error(header + "small,many,34,1708\n") == "t.csv:2: rows: expected a number, got 'many'");
  CHECK(error(header + "small,,34,1708\n") == "t.csv:2: rows: expected a number, got ''");
  CHECK(error(header + "small,8 KiB,34,1708\n") == "t.csv:2: rows: expected a number, got '8 KiB'");
  CHECK(error(header + "small,8,34,1708\n5,8,34,1708\n") == "t.csv:3: model: expected a name, got '5'");
}

TEST_CASE("a file that is not there is refused") {
  const LittleSuite little;
  const Suite suite = little.suite();
  CHECK(message_of([&] { read_published(little.path("no.csv"), suite.tables[0], suite.study); }) ==
        little.path("no.csv") + ": no such file");
}

}  // namespace tilewright::test::TEST_FILE
