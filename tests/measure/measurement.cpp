#include "measure/measurement.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "tests/common/folder.hpp"
#include "tests/common/messages.hpp"
#include "tests/measure/rows.hpp"

using namespace tilewright;
using namespace tilewright::test;

namespace {

std::vector<Measurement> read(const std::string& csv) {
  const TemporaryFolder folder;
  write_file(folder.path() / "r.csv", csv);
  return read_measurements(folder.path() / "r.csv");
}

std::string error(const std::string& csv) {
  const std::string message = message_of([&] { read(csv); });
  return message.substr(std::min(message.find("r.csv"), message.size()));
}

std::string row_error(const ResultCells& cells) { return error(results_csv({{plain_row(), cells}})); }

}  // namespace

TEST_CASE("a measurement is a row of the plan and what came of it") {
  ResultCells cells;
  cells.time_s = "2e-3";
  cells.time_min_s = "1e-3";
  cells.time_max_s = "4e-3";
  cells.error = "0.001";
  cells.dram_read_B = "4096";
  cells.sm_clock_Hz = "1.98e9";
  cells.device = "a GPU";
  const auto of = read(results_csv({{plain_row(), cells}})).front();
  CHECK(of.row == plain_row());
  CHECK(of.place.line == 2);
  CHECK(of.status == Measurement::Status::ok);
  CHECK(of.time_s == 2e-3);
  CHECK(of.spread() == Approx(1.5));
  CHECK(of.error == 0.001);
  CHECK(of.dram_read_B == 4096);
  CHECK_FALSE(of.dram_write_B);
  CHECK_FALSE(of.value);
  CHECK(of.device == "a GPU");
  CHECK(of.sm_clock_Hz == 1.98e9);
}

TEST_CASE("what was not measured says why") {
  ResultCells cells;
  cells.status = "unsupported";
  cells.message = "needs sm_90a";
  const auto of = read(results_csv({{plain_row(), cells}})).front();
  CHECK(of.status_text() == "unsupported");
  CHECK(of.message == "needs sm_90a");
  CHECK_FALSE(of.time_s);
  CHECK_FALSE(of.spread());
}

TEST_CASE("a microbenchmark has a value instead of a time") {
  ResultCells cells;
  cells.value = "3e12";
  cells.unit = "B/s";
  const auto of = read(results_csv({{micro_row("read"), cells}})).front();
  CHECK(of.value == 3e12);
  CHECK(of.unit == "B/s");
}

TEST_CASE("rows that are none are refused") {
  CHECK(row_error({}) == "r.csv:2: status: the row is ok, but has neither time_s nor value");
  ResultCells cells;
  cells.status = "fine";
  CHECK(row_error(cells) == "r.csv:2: status: no 'fine'; known: ok, wrong, unsupported, failed");
  for (const std::string wrong : {"fast", "nan", "inf", "-1", "1 s", "1e999"}) {
    cells = {};
    cells.time_s = wrong;
    CHECK(row_error(cells) == "r.csv:2: time_s: expected a number of at least 0, got '" + wrong + "'");
  }
  cells = {};
  cells.time_s = "0";
  CHECK(row_error(cells) == "r.csv:2: time_s: expected a time above 0, got '0'");
  cells = {};
  cells.time_s = "1";
  PlanRow row = plain_row();
  row.cache = "cold";
  CHECK(error(results_csv({{row, cells}})) == "r.csv:2: cache: no 'cold'; known: warm, flush, rotate");
}

TEST_CASE("a file with other columns is refused") {
  CHECK(error("point,group\na,b\n") == "r.csv:1: is no results file: column 3 is '', not 'operation'");
  CHECK(error(plan_table({plain_row()}).str(Table::Format::csv)) ==
        "r.csv:1: is no results file: column 22 is '', not 'status'");
  std::string csv = results_csv({});
  csv.insert(csv.size() - 1, ",more");
  CHECK(error(csv) == "r.csv:1: unknown column 'more'");
  CHECK(error("") == "r.csv: is empty");
}
