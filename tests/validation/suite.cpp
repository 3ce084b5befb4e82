#include "validation/suite.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "tests/common/messages.hpp"
#include "tests/validation/little_suite.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

/// What is wrong with a suite of one table, but for the file's name.
std::string table_error(const std::string& from, const std::string& to) {
  const LittleSuite little;
  std::string table = LittleSuite::product_table();
  REQUIRE(table.find(from) != std::string::npos);
  table.replace(table.find(from), from.size(), to);
  const std::string file = little.path("suite.yaml");
  const std::string error = message_of([&] { (void)little.suite(table); });
  return error.starts_with(file) ? error.substr(file.size()) : error;
}

std::string suite_error(const std::string& text) {
  const LittleSuite little;
  const std::string file = little.write("suite.yaml", text);
  const std::string error = message_of([&] { load_suite(file); });
  return error.starts_with(file) ? error.substr(file.size()) : error;
}

}  // namespace

TEST_CASE("a suite is tables against series of a study") {
  const LittleSuite little;
  const Suite suite = little.suite();
  CHECK(suite.name == "little");
  CHECK(suite.study.name == "little");
  CHECK(suite.reference == little.text("$"));
  REQUIRE(suite.tables.size() == 2);
  CHECK(suite.tables[0].file == "product.csv");
  CHECK(suite.tables[0].series == 0);
  CHECK(suite.tables[0].ignored == std::vector<std::string>{"note"});
  REQUIRE(suite.tables[0].columns.size() == 2);
  CHECK(suite.tables[0].columns[1].name == "energy_pJ");
  CHECK(suite.tables[0].columns[1].value.text() == "energy_J * 1e12");
  CHECK(suite.tables[0].columns[1].within == 0.002);
}

TEST_CASE("keys stand in the order of the series' axes, however the file lists them") {
  const Suite suite = LittleSuite().suite();
  CHECK(suite.tables[0].keys == std::vector<std::string>{"model", "rows"});
  CHECK(suite.tables[1].keys == std::vector<std::string>{"model", "rows"});
}

TEST_CASE("every shipped suite reads") {
  for (const std::string& name : list_configs("suites")) {
    INFO(name);
    const auto file = find_config("suites", name);
    if (Yaml::load(file).find("suite")) CHECK_NOTHROW(load_suite(file));  // others are of other kinds
  }
}

TEST_CASE("wrong suites are refused") {
  CHECK(suite_error("siute: {}") == ":1:1: siute: unknown key; did you mean 'suite'?");
  CHECK(suite_error("suite: {name: s, studdy: x}") == ":1:18: suite.studdy: unknown key; did you mean 'study'?");
  CHECK(suite_error("suite: {name: s}") == ":1:8: suite: missing key 'study'");
  CHECK(suite_error("suite: {name: s, study: fusemx, reference: r, tables: []}") ==
        ":1:25: suite.study: no 'fusemx' in configs/studies, nor is it a file; did you mean 'fusemax'?");
  CHECK(suite_error("suite: {name: s, study: fusemax, reference: r, tables: []}") ==
        ":1:56: suite.tables: expected at least one table");
  CHECK(suite_error("suite: {name: s, study: fusemax, tables: []}") == ":1:8: suite: missing key 'reference'");
}

TEST_CASE("wrong tables of a suite are refused") {
  CHECK(table_error("file:", "flie:") == ":6:7: suite.tables[0].flie: unknown key; did you mean 'file'?");
  CHECK(table_error("    - file: product.csv\n      series", "    - series") ==
        ":6:7: suite.tables[0]: missing key 'file'");
  CHECK(table_error("[model, rows]", "[model, row]") ==
        ":8:13: suite.tables[0].keys: series 'product' has no axis 'row'; did you mean 'rows'?");
  CHECK(table_error("[model, rows]", "[model]") ==
        ":8:13: suite.tables[0].keys: expected axis 'rows' of series 'product' once");
  CHECK(table_error("[model, rows]", "[model, rows, rows]") ==
        ":8:13: suite.tables[0].keys: expected axis 'rows' of series 'product' once");
  CHECK(table_error("[model, rows]", "model") == ":8:13: suite.tables[0].keys: expected a list, got 'model'");
  CHECK(table_error("note: words", "note:") ==
        ":10:17: suite.tables[0].ignored.note: expected a value, got nothing");
}

TEST_CASE("an unknown series is refused") {
  const LittleSuite little;
  const std::string table = "    - {file: f, series: prodct}\n";
  CHECK(message_of([&] { (void)little.suite(table); }) ==
        little.text("$/suite.yaml:6:25: suite.tables[0].series: $/little.yaml: no series 'prodct'; did you mean "
                    "'product'?"));
}

TEST_CASE("wrong columns of a suite are refused") {
  CHECK(table_error("within", "witin") ==
        ":9:48: suite.tables[0].columns.time_ns.witin: unknown key; did you mean 'within'?");
  CHECK(table_error("value: time_s * 1e9, ", "") == ":9:26: suite.tables[0].columns.time_ns: missing key 'value'");
  CHECK(table_error(", within: 0.001", "") == ":9:26: suite.tables[0].columns.time_ns: missing key 'within'");
  CHECK(table_error("0.001", "-0.001") ==
        ":9:56: suite.tables[0].columns.time_ns.within: expected a number from 0 to 10, got '-0.001'");
  CHECK(table_error("0.001", "11") ==
        ":9:56: suite.tables[0].columns.time_ns.within: expected a number from 0 to 10, got '11'");
  CHECK(table_error("0.001", "tight") ==
        ":9:56: suite.tables[0].columns.time_ns.within: expected a number, got 'tight'");
  CHECK(table_error("0.001", "0.1 s") ==
        ":9:56: suite.tables[0].columns.time_ns.within: expected a plain number, got '0.1 s' (in s)");
  CHECK(table_error("time_s * 1e9", "time_s *") ==
        ":9:42: suite.tables[0].columns.time_ns.value: expected a value, got the end");
  CHECK(table_error(
            "{time_ns: {value: time_s * 1e9, within: 0.001}, energy_pJ: {value: energy_J * 1e12, within: 0.002}}",
            "{}") == ":9:16: suite.tables[0].columns: expected at least one column");
}

}  // namespace tilewright::test::TEST_FILE
