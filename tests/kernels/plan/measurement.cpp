#include "kernels/plan/measurement.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/kernels/plan/random_rows.hpp"
#include "tests/kernels/plan/support.hpp"

namespace tilewright::plan::TEST_FILE {

namespace {

Measurement plain() {
  Measurement of;
  of.row = read_one(plan_row("p"));
  of.time_s = 2e-3;
  return of;
}

std::string csv(const std::vector<std::string>& cells) { return csv_line(result_columns()) + csv_line(cells); }

Measurement back(const Measurement& of) { return read_measurements(csv(cells_of(of)), "r.csv").at(0); }

/// What is said of the plain row with another text in a column.
std::string refusal(const std::string& column, const std::string& text) {
  std::vector<std::string> cells = cells_of(plain());
  const auto& columns = result_columns();
  cells[static_cast<std::size_t>(std::find(columns.begin(), columns.end(), column) - columns.begin())] = text;
  return refusal_of([&] { read_measurements(csv(cells), "r.csv"); });
}

}  // namespace

TEST_CASE("a measurement has a spread and the higher of its clocks") {
  Measurement of = plain();
  CHECK_FALSE(of.spread());
  CHECK_FALSE(of.sm_clock_Hz());
  of.time_min_s = 1e-3;
  of.time_max_s = 4e-3;
  CHECK(of.spread() == Approx(1.5));
  of.sm_clock_after_Hz = 1e9;
  CHECK(of.sm_clock_Hz() == 1e9);
  of.sm_clock_before_Hz = 2e9;
  CHECK(of.sm_clock_Hz() == 2e9);
}

TEST_CASE("what is unknown is an empty cell, not 0") {
  const std::vector<std::string> cells = cells_of(plain());
  REQUIRE(cells.size() == result_columns().size());
  CHECK(std::count(cells.begin(), cells.end(), "0") == 2);  // permuted and splits, of the plan
  const Measurement of = back(plain());
  CHECK_FALSE(of.error);
  CHECK_FALSE(of.value);
  CHECK_FALSE(of.multiprocessors);
  CHECK(of.place.line == 2);
}

TEST_CASE("random measurements are read back as they were written") {
  RandomRows random(17);
  for (int n = 0; n < 200; ++n) {
    Measurement of;
    of.row = random.row("p");
    of.status = static_cast<Status>(random.below(5));
    of.time_s = random.number();
    for (int samples = random.below(4); samples > 0; --samples) of.samples_s.push_back(random.number());
    for (std::optional<double> Measurement::*field :
         {&Measurement::error, &Measurement::error_limit, &Measurement::time_min_s, &Measurement::time_max_s,
          &Measurement::value, &Measurement::dram_read_B, &Measurement::dram_write_B,
          &Measurement::sm_clock_before_Hz, &Measurement::sm_clock_after_Hz, &Measurement::memory_clock_Hz,
          &Measurement::power_before_W, &Measurement::power_after_W, &Measurement::temperature_before_C,
          &Measurement::temperature_after_C})
      if (random.below(2) == 0) of.*field = random.number();
    for (std::string Measurement::*field :
         {&Measurement::unit, &Measurement::device, &Measurement::driver, &Measurement::cuda, &Measurement::commit,
          &Measurement::flags, &Measurement::binary})
      of.*field = random.text();
    if (random.below(2) == 0) of.multiprocessors = 1 + random.below(200);
    const Measurement again = back(of);
    CHECK(again.row == of.row);
    CHECK(again.samples_s == of.samples_s);
    CHECK(cells_of(again) == cells_of(of));
  }
}

TEST_CASE("an error that is no number is an empty cell, and the row is read back") {
  for (const double error : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    Measurement of = plain();
    of.status = Status::wrong;
    of.error = error;
    CHECK_FALSE(back(of).error);
    CHECK(back(of).status == Status::wrong);
  }
}

TEST_CASE("a message is one line") {
  Measurement of = plain();
  of.message = "first\nsecond, \"third\"";
  CHECK(back(of).message == "first second, \"third\"");
}

TEST_CASE("rows that are none are refused") {
  CHECK(refusal("time_s", "") == "r.csv:2: status: the row is ok, but has neither time_s nor value");
  CHECK(refusal("status", "fine") == "r.csv:2: status: no 'fine'; known: ok, wrong, unsupported, failed, lost");
  for (const std::string wrong : {"fast", "nan", "inf", "-1", "1 s", "1e999"})
    CHECK(refusal("time_s", wrong) == "r.csv:2: time_s: expected a number of at least 0, got '" + wrong + "'");
  CHECK(refusal("time_s", "0") == "r.csv:2: time_s: expected a time above 0, got '0'");
  for (const std::string wrong : {"1,2", "1  2", "1 ", " 1", "1 two"})
    CHECK(refusal("samples_s", wrong) ==
          "r.csv:2: samples_s: expected numbers of at least 0 with a space between them");
  CHECK(refusal("cache", "cold") == "r.csv:2: cache: no 'cold'; known: warm, flush, rotate");
}

TEST_CASE("a file with other columns is refused") {
  const auto of = [](const std::string& text) { return refusal_of([&] { read_measurements(text, "r.csv"); }); };
  CHECK(of("point,group\na,b\n") == "r.csv:1: is no results file: column 3 is '', not 'operation'");
  CHECK(of(plan_text(plan_row("p"))) == "r.csv:1: is no results file: column 22 is '', not 'status'");
  std::string header = csv_line(result_columns());
  header.insert(header.size() - 1, ",more");
  CHECK(of(header) == "r.csv:1: unknown column 'more'");
  CHECK(of("") == "r.csv: is empty");
}

}  // namespace tilewright::plan::TEST_FILE
