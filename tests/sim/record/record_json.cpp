#include <string>

#include <catch2/catch.hpp>

#include "sim/record/record.hpp"
#include "tests/common/messages.hpp"

using namespace tilewright;

namespace {

std::vector<Record> back(const std::string& json) { return records_from_json(json, "r.json"); }

std::string error(const std::string& json) {
  return message_of([&] { back(json); });
}

}  // namespace

TEST_CASE("names nest at their dots") {
  Record record;
  record.add("arch", "a");
  record.add("unit.array.energy_J", 1.5);
  record.add("unit.array.einsum.Z.utilisation", 0.25);
  record.add("unit.vector.energy_J", 3.0);
  CHECK(to_json({record, {}}, {{"study", "s"}, {"version", "1"}}) == R"({
 "study": "s",
 "version": "1",
 "records": [
  {
   "arch": "a",
   "unit": {
    "array": {
     "energy_J": 1.5,
     "einsum": {
      "Z": {
       "utilisation": 0.25
      }
     }
    },
    "vector": {
     "energy_J": 3.0
    }
   }
  },
  {}
 ]
}
)");
}

TEST_CASE("records come back as they were") {
  Record first;
  first.add("a", "\"quoted\" \\ \n \xC3\xA9");
  first.add("b.c", 0.1);
  first.add("b.d.e", 1e300);
  first.add("b.d.f", 0x1p53 + 2);
  first.add("b.g", -0.0);
  first.add("h", 5e-324);
  first.add("number as text", "12");
  Record second;
  second.add("a", 1.0 / 3);
  const std::vector<Record> records = back(to_json({first, second}, {{"head", "text"}}));
  REQUIRE(records.size() == 2);
  CHECK(records[0].fields() == first.fields());
  CHECK(records[1].fields() == second.fields());
  CHECK(back(to_json({}, {})).empty());
}

TEST_CASE("a file name that is no UTF-8 does not stop the writing") {
  Record record;
  record.add("workload_file", "w\xFF.yaml");
  CHECK(back(to_json({record}, {}))[0].text("workload_file") == "w\xEF\xBF\xBD.yaml");
}

TEST_CASE("whole numbers of other programs are numbers") {
  CHECK(back(R"({"records": [{"a": 3, "b": {"c": -4}}], "more": [1]})")[0].number("b.c") == -4);
}

TEST_CASE("other files are refused") {
  CHECK(error(R"({"records": [{"a": {}}]})") == "no error");
  for (const std::string text :
       {"", "records", "{", "[]", "3", "null", "\"records\"", R"({"record": []})", R"({"records": {}})",
        R"({"records": [1]})", R"({"records": ["a"]})", R"({"records": [[]]})", R"({"records": [{"a": [1]}]})",
        R"({"records": [{"a": null}]})", R"({"records": [{"a": {"b": true}}]})", R"({"records": []} {})",
        R"({"records": [{"a": 1e999}]})"}) {
    INFO(text);
    CHECK(error(text) == "r.json: is not a file of result records");
  }
}
