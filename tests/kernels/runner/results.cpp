#include "kernels/runner/results.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/common/folder.hpp"
#include "tests/kernels/runner/support.hpp"

using namespace tilewright::kernels::runner;

namespace {

Point point_named(const std::string& name) { return read_plan(plan_text(plan_row(name)), "plan.csv").at(0); }

Outcome with_status(Status status) {
  Outcome outcome;
  outcome.status = status;
  return outcome;
}

std::vector<std::string> row(const std::string& name, const Outcome& outcome) {
  return result_cells(point_named(name), outcome, {}, {}, {});
}

std::string cell(const std::vector<std::string>& cells, const std::string& column) {
  const auto& columns = result_columns();
  REQUIRE(cells.size() == columns.size());
  return cells.at(static_cast<std::size_t>(std::find(columns.begin(), columns.end(), column) - columns.begin()));
}

}  // namespace

TEST_CASE("a row of results holds the plan's row and what came of it") {
  Outcome outcome;
  outcome.error = 0.25;
  outcome.error_limit = 0.5;
  outcome.samples_s = {3e-3, 1e-3, 2e-3};
  const Machine machine{"a device", "580.1", "13.0", 132, "abc", "-O3"};
  const auto cells = result_cells(point_named("p"), outcome, machine, {1e9, 2e9, 70, 30}, {1.5e9, 2.5e9, 400, 50});
  CHECK(csv_line({cells.begin(), cells.begin() + 21}) == plan_row("p"));
  CHECK(cell(cells, "status") == "ok");
  CHECK(cell(cells, "error") == "0.25");
  CHECK(cell(cells, "error_limit") == "0.5");
  CHECK(cell(cells, "time_s") == "0.002");
  CHECK(cell(cells, "time_min_s") == "0.001");
  CHECK(cell(cells, "time_max_s") == "0.003");
  CHECK(cell(cells, "samples_s") == "0.003 0.001 0.002");
  CHECK(cell(cells, "multiprocessors") == "132");
  CHECK(cell(cells, "sm_clock_before_Hz") == "1e+09");
  CHECK(cell(cells, "sm_clock_after_Hz") == "1.5e+09");
  CHECK(cell(cells, "memory_clock_Hz") == "2.5e+09");
  CHECK(cell(cells, "power_before_W") == "70");
  CHECK(cell(cells, "temperature_after_C") == "50");
  CHECK(cell(cells, "flags") == "-O3");
}

TEST_CASE("what is unknown is empty, not 0") {
  const auto cells = row("p", with_status(Status::unsupported));
  CHECK(cell(cells, "status") == "unsupported");
  for (const char* column : {"error", "time_s", "samples_s", "value", "dram_read_B", "multiprocessors", "driver",
                             "sm_clock_before_Hz", "power_after_W"}) {
    CHECK(cell(cells, column).empty());
  }
}

TEST_CASE("a results file knows its points when it is opened again") {
  const tilewright::TemporaryFolder folder;
  const std::string path = folder.path() / "out.csv";
  {
    ResultsFile results(path);
    CHECK_FALSE(results.status_of(point_named("p")));
    results.append(row("p", with_status(Status::ok)));
    results.append(row("q", with_status(Status::wrong)));
    results.append(row("r", with_status(Status::unsupported)));
  }
  const std::string text = text_of_file(path);
  const ResultsFile again(path);
  CHECK(again.status_of(point_named("p")) == "ok");
  CHECK(again.status_of(point_named("q")) == "wrong");
  CHECK(again.status_of(point_named("r")) == "unsupported");
  CHECK(text_of_file(path) == text);
}

TEST_CASE("a point of the same name and another row is another point") {
  const tilewright::TemporaryFolder folder;
  ResultsFile results(folder.path() / "out.csv");
  results.append(row("p", {}));
  Point other = point_named("p");
  other.cells.back() = "8";
  CHECK_FALSE(ResultsFile(folder.path() / "out.csv").status_of(other));
}

TEST_CASE("rows that failed and a cut last line are dropped") {
  const tilewright::TemporaryFolder folder;
  const std::string path = folder.path() / "out.csv";
  const std::string kept = csv_line(result_columns()) + csv_line(row("p", {}));
  const std::string failed = csv_line(row("q", with_status(Status::failed)));
  write_file(path, kept + failed + csv_line(row("r", {})).substr(0, 60));
  const ResultsFile results(path);
  CHECK(results.status_of(point_named("p")) == "ok");
  CHECK_FALSE(results.status_of(point_named("q")));
  CHECK_FALSE(results.status_of(point_named("r")));
  CHECK(text_of_file(path) == kept);
  CHECK_FALSE(std::filesystem::exists(path + ".part"));
}

TEST_CASE("a file cut within its header is begun again") {
  const tilewright::TemporaryFolder folder;
  const std::string path = folder.path() / "out.csv";
  for (const std::size_t length : {0, 5, 200}) {
    write_file(path, csv_line(result_columns()).substr(0, length));
    const ResultsFile results(path);
    CHECK(text_of_file(path) == csv_line(result_columns()));
  }
}

TEST_CASE("a file of another kind is refused and left alone") {
  const tilewright::TemporaryFolder folder;
  const std::string path = folder.path() / "notes.txt";
  for (const std::string& text : {std::string("notes"), std::string("point\nx\n"), csv_line(plan_columns())}) {
    write_file(path, text);
    CHECK(refusal_of([&] { ResultsFile results(path); }) == path + ":1: is no results file of this program");
    CHECK(text_of_file(path) == text);
  }
  CHECK(refusal_of([&] { ResultsFile results(folder.path() / "no" / "out.csv"); }) ==
        (folder.path() / "no" / "out.csv").string() + ": cannot be written");
}

TEST_CASE("a message is one line") {
  Outcome outcome = with_status(Status::failed);
  outcome.message = "first\nsecond, \"third\"";
  CHECK(cell(row("p", outcome), "message") == "first second, \"third\"");
}
