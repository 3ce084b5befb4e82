#include <string>

#include <catch2/catch.hpp>

#include "sim/record/record.hpp"
#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

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
  first.add("binding", "\"quoted\" \\ \n \xC3\xA9");
  first.add("unit.a.busy_s", 0.1);
  first.add("unit.a.einsum.Z.utilisation", 1e300);
  first.add("unit.a.einsum.Y.utilisation", 0x1p53 + 2);
  first.add("unit.b.busy_s", -0.0);
  first.add("cycles", 5e-324);
  first.add("point.number as text", "12");
  Record second;
  second.add("time_s", 1.0 / 3);
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
  CHECK(back(R"({"records": [{"cycles": 3, "bound": {"ratio": -4}}], "more": [1]})")[0].number("bound.ratio") ==
        -4);
}

TEST_CASE("other files are refused") {
  CHECK(error(R"({"records": [{"a": {}}]})") == "no error");
  for (const std::string text :
       {"", "records", "{", "[]", "3", "null", "\"records\"", R"({"record": []})", R"({"records": {}})",
        R"({"records": [1]})", R"({"records": ["a"]})", R"({"records": [[]]})", R"({"records": [{"time_s": [1]}]})",
        R"({"records": [{"time_s": null}]})", R"({"records": [{"bound": {"ratio": true}}]})",
        R"({"records": []} {})", R"({"records": [{"time_s": 1e999}]})"}) {
    INFO(text);
    CHECK(error(text) == "r.json: is not a file of result records");
  }
}

TEST_CASE("names that no field has are refused, and values of another kind") {
  CHECK(error(R"({"records": [{"unit": {"array": {"utilization": 1}}}]})") ==
        "r.json: result records have no field 'unit.array.utilization'; did you mean 'unit.array.utilisation'?");
  CHECK(error(R"({"records": [{"unit": 1}]})").starts_with("r.json: result records have no field 'unit'"));
  CHECK(error(R"({"records": [{"": 1}]})").starts_with("r.json: result records have no field ''"));
  CHECK(error(R"({"records": [{"time_s": "1"}]})") == "r.json: field 'time_s': expected a number");
  CHECK(error(R"({"records": [{"binding": 1}]})") == "r.json: field 'binding': expected a text");
}

}  // namespace tilewright::test::TEST_FILE
