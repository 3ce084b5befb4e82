#include "validation/validate.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "explore/study/sweep.hpp"
#include "tests/common/messages.hpp"
#include "tests/validation/little_suite.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Validation validation_of(const Suite& suite, const std::filesystem::path& reference, int jobs = 0) {
  Library library;
  return validate(suite, reference, library, jobs);
}

/// What is wrong with the little suite's table of products.
std::string error(const LittleSuite& little, const std::string& csv) {
  little.write("product.csv", csv);
  return message_of([&] { validation_of(little.suite(), little.path("")); });
}

Suite shipped() { return load_suite(find_config("suites", "fusemax")); }

/// A table of the shipped suite, as text, one cell of which is another number by 1 %.
std::string with_fault(const std::string& file, const std::string& column, std::size_t row) {
  Table table = parse_csv(read_file(shipped().reference / file), file);
  const auto at = std::ranges::find(table.columns, column, &Column::name) - table.columns.begin();
  Cell& cell = table.rows[row][static_cast<std::size_t>(at)];
  cell = 1.01 * std::stod(std::get<std::string>(cell));
  return table.str(Table::Format::csv);
}

std::vector<std::string> columns_not_met(const Validation& validation) {
  std::vector<std::string> names;
  for (const ColumnError& column : validation.columns)
    if (!column.met()) names.push_back(column.table + " " + column.column + " " + column.worst_row);
  return names;
}

}  // namespace

TEST_CASE("predictions are compared row by row") {
  const LittleSuite little;
  little.write("both.csv", "model,rows,time_ns\nsmall,16,92\nsmall,8,50\n");
  const Validation validation = validation_of(little.suite(), little.path(""));
  REQUIRE(validation.columns.size() == 3);
  CHECK(validation.columns[0].rows == 2);
  CHECK(std::abs(validation.columns[0].worst) < 1e-12);
  CHECK(validation.columns[0].within == 0.001);
  CHECK(validation.columns[1].column == "energy_pJ");
  CHECK(std::abs(validation.columns[1].worst) < 1e-12);
  CHECK(validation.columns[2].table == "both.csv");
  CHECK(validation.columns[2].worst == Approx(46.0 / 50 - 1));
  CHECK(validation.columns[2].mean == Approx(0.04));
  CHECK(validation.columns[2].worst_row == "model=small rows=8");
  CHECK(columns_not_met(validation) == std::vector<std::string>{"both.csv time_ns model=small rows=8"});
  CHECK_FALSE(validation.met());
  REQUIRE(validation.rows.rows.size() == 2 + 2 + 2);
  CHECK(validation.rows.rows[5][1] == Cell("model=small rows=8"));
  CHECK(validation.rows.rows[5][3] == Cell(50.0));
  CHECK(std::get<double>(validation.rows.rows[5][4]) == Approx(46));
}

TEST_CASE("the summary says which columns are met") {
  const LittleSuite little;
  little.write("product.csv", "model,rows,time_ns,energy_pJ\nsmall,8,40,1709.7\n");
  std::filesystem::remove(little.path("both.csv"));
  CHECK(validation_of(little.suite(), little.path("")).summary().str(Table::Format::table) ==
        "table        column     rows  mean_error  worst_error  allowed  worst_row           met\n"
        "-----------  ---------  ----  ----------  -----------  -------  ------------------  ---\n"
        "product.csv  time_ns       1   15.0000 %   -15.0000 %    0.1 %  model=small rows=8  NO\n"
        "product.csv  energy_pJ     1    0.0994 %    -0.0994 %    0.2 %  model=small rows=8  yes\n");
}

TEST_CASE("every column of the shipped suite is met, and far better than it asks for") {
  const Validation validation = validation_of(shipped(), shipped().reference);
  CHECK(validation.met());
  std::size_t columns = 0;
  for (const SuiteTable& table : shipped().tables) columns += table.columns.size();
  CHECK(validation.columns.size() == columns);
  for (const ColumnError& column : validation.columns) {
    INFO(column.table << " " << column.column << " " << column.worst_row);
    CHECK(std::abs(column.worst) < (column.column == "energy_nowrap_pJ" ? 2e-4 : 1e-9));
    CHECK(column.rows == (column.table == "area-latency.csv" ? 4 : 12));
  }
}

TEST_CASE("a fault of 1 % in one published value is found, and nothing else") {
  const Suite suite = shipped();
  for (const SuiteTable& table : suite.tables)
    for (const SuiteColumn& column : table.columns) {
      const TemporaryFolder folder;
      write_file(folder.path() / table.file, with_fault(table.file, column.name, 0));
      const Validation validation = validation_of(suite, folder.path());
      CHECK(validation.columns.size() == table.columns.size());
      const std::string row =
          table.file == "area-latency.csv" ? "model=BERT array_edge=64" : "model=BERT seq_len=1024";
      CHECK(columns_not_met(validation) == std::vector<std::string>{table.file + " " + column.name + " " + row});
    }
}

TEST_CASE("rows off the study's axes are predicted") {
  const Suite suite = shipped();
  const TemporaryFolder folder;
  write_file(folder.path() / "linear-flat.csv",
             "model,seq_len,dram_traffic_B,time_s,energy_nowrap_pJ\nT5,2048,1,1,1\n");
  const Validation validation = validation_of(suite, folder.path());
  REQUIRE(validation.columns.size() == 3);
  CHECK(validation.columns[0].worst_row == "model=T5 seq_len=2048");
  // Activations double with the tokens, weights do not.
  const auto traffic_B = [&](const std::string& tokens) {
    Library library;
    const Record record = run_point(suite.study, 5, {axis_value("T5"), axis_value(tokens)}, library);
    return *record.number("level.DRAM.read_B") + *record.number("level.DRAM.write_B");
  };
  CHECK(std::get<double>(validation.rows.rows[0][4]) == traffic_B("2048"));
  CHECK(traffic_B("4096") - traffic_B("2048") == Approx(2 * (traffic_B("2048") - traffic_B("1024"))));
}

TEST_CASE("a prediction that is no number is never met") {
  // NaN for 8 rows, and right for 16, in either order.
  const std::string value = "time_s * 1e9 + 0 * log2(shape.M - 12)";
  for (const std::string rows : {"small,8,34,1708\nsmall,16,68,3416\n", "small,16,68,3416\nsmall,8,34,1708\n"}) {
    const LittleSuite little;
    little.write("product.csv", "model,rows,time_ns,energy_pJ\n" + rows);
    const Validation validation = validation_of(little.suite(LittleSuite::product_table(value)), little.path(""));
    CHECK(std::isnan(validation.columns[0].worst));
    CHECK(columns_not_met(validation) == std::vector<std::string>{"product.csv time_ns model=small rows=8"});
    CHECK_FALSE(validation.met());
  }
}

TEST_CASE("an infinite prediction is not met") {
  const LittleSuite little;
  const Validation validation =
      validation_of(little.suite(LittleSuite::product_table("time_s / (shape.M - 8)")), little.path(""));
  CHECK(columns_not_met(validation) == std::vector<std::string>{"product.csv time_ns model=small rows=8"});
}

TEST_CASE("a field that the record has not is refused") {
  const LittleSuite little;
  const auto field_error = [&](const std::string& value) {
    return message_of([&] { validation_of(little.suite(LittleSuite::product_table(value)), little.path("")); });
  };
  CHECK(
      field_error("tim_s") ==
      little.text("$/suite.yaml:9:34: suite.tables[0].columns.time_ns.value: the record has no number 'tim_s'; did "
                  "you mean 'time_s'?"));
  CHECK(field_error("area_m2").starts_with(
      little.text("$/suite.yaml:9:34: suite.tables[0].columns.time_ns.value: the record has no number 'area_m2'")));
  CHECK(field_error("binding").starts_with(
      little.text("$/suite.yaml:9:34: suite.tables[0].columns.time_ns.value: the record has no number 'binding'")));
}

TEST_CASE("some tables may be missing, but not all") {
  const LittleSuite little;
  std::filesystem::remove(little.path("product.csv"));
  CHECK(validation_of(little.suite(), little.path("")).columns.size() == 1);
  std::filesystem::remove(little.path("both.csv"));
  CHECK(message_of([&] { validation_of(little.suite(), little.path("none")); }) ==
        little.text("$/none: has none of the tables of suite 'little', such as 'product.csv'"));
}

TEST_CASE("an error names the row of the table") {
  const LittleSuite little;
  const std::string header = "model,rows,time_ns,energy_pJ\nsmall,8,34,1708\n";
  CHECK(error(little, header + "small,1.5,34,1708\n") ==
        little.text("$/product.csv:3: $/small.yaml:6:15: workload.shapes.M: expected a whole number of at least 1, "
                    "set to 1.5 (series 'product' at model=small rows=1.5)"));
  CHECK(error(little, header + "small,8,fast,1708\n") ==
        little.text("$/product.csv:3: time_ns: expected a number other than 0, got 'fast'"));
}

TEST_CASE("errors are the same whatever the number of threads") {
  const Suite suite = shipped();
  CHECK(validation_of(suite, suite.reference, 1).rows.rows == validation_of(suite, suite.reference, 2).rows.rows);
}

}  // namespace tilewright::test::TEST_FILE
