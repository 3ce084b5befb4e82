// The shipped suite whose results are judged by models of the kernels too. All results here are made up: nothing in
// them was measured.
#include <catch2/catch.hpp>

#include <algorithm>

#include "common/file.hpp"
#include "einsum/mask/census.hpp"
#include "measure/expand.hpp"
#include "measure/plan_mask.hpp"
#include "tests/common/folder.hpp"
#include "tests/measure/rows.hpp"
#include "validation/gpu/timing_model.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Yaml shipped() { return Yaml::load(find_config("suites", "kernels")); }

// A result for every point of the plan, read back by the suite.
struct Results {
  std::vector<plan::Row> planned = expand(parse_measure_suite(shipped()));
  TimingSuite suite = parse_timing_suite(shipped());
  TimedRows timed;

  Results() {
    const TemporaryFolder folder;
    std::vector<plan::Measurement> measurements;
    for (const plan::Row& row : planned) {
      measurements.push_back(made_up(row));
      measurements.back().time_s = measurements.back().value = 1;
      measurements.back().device = "made-up H200";
    }
    std::filesystem::create_directory(folder.path() / "a-device");
    write_file(folder.path() / "a-device" / "made-up.csv", results_csv(measurements));
    suite.reference = folder.path();
    timed = read_timings(suite);
  }

  [[nodiscard]] const plan::Row& plan_row(const TimedRow& of) const {
    return planned[static_cast<std::size_t>(of.row.place().line) - 2];
  }
  [[nodiscard]] double count(const TimingSource& source) const {
    return static_cast<double>(std::ranges::count(timed.rows, &source, &TimedRow::source));
  }
};

double pairs_of(const std::vector<HeadMask>& masks, const Tiling& tiling) {
  double pairs = 0;
  for (const HeadMask& each : masks)
    pairs += static_cast<double>(each.heads) * static_cast<double>(count_tiles(each.mask, tiling).pairs);
  return pairs;
}

}  // namespace

TEST_CASE("every point of a modelled kernel is read, but those of bitmaps, of a number of splits and of fp8") {
  const Results results;
  for (const TimingSource& source : results.suite.sources) {
    const auto of_kernel = [&](const plan::Row& row) {
      return row.kernel == source.rows.texts.at("kernel").front() && row.blocks.empty() && row.splits == 0 &&
             row.dtype != "fp8";
    };
    CHECK(results.count(source) == static_cast<double>(std::ranges::count_if(results.planned, of_kernel)));
    CHECK(results.count(source) > 0);
  }
  for (const std::string& note : results.timed.notes) {
    INFO(note);
    const bool expected = note.find("rows are not 'blocks empty") != std::string::npos ||
                          note.find("not a shipped source") != std::string::npos;
    CHECK(expected);
  }
}

TEST_CASE("a result is the problem that the plan asked for") {
  const Results results;
  for (const TimedRow& timed : results.timed.rows) {
    const plan::Row& row = results.plan_row(timed);
    INFO(row.point);
    CHECK(timed.problem.requests[0].layout.queries == row.queries);
    CHECK(timed.problem.requests[0].layout.keys == row.keys);
    CHECK(timed.tiling.query_tile == row.q_tile);
    CHECK(timed.tiling.key_tile == row.kv_tile);
    CHECK(timed.problem.kv_heads == static_cast<double>(row.kv_heads));
    Tiling whole;
    whole.query_tile = row.queries;
    whole.key_tile = row.keys;
    CHECK(pairs_of(timed.problem.requests[0].masks, whole) == pairs_of(masks_of(row), whole));
  }
}

TEST_CASE("every point fits its model, and a small part of them calibrates it") {
  Results results;
  Library library;
  const std::size_t notes = results.timed.notes.size();
  const auto timings = prepare_timings(results.suite, results.timed, library, 0);
  CHECK(timings.size() == results.timed.rows.size());
  CHECK(results.timed.notes.size() == notes);
  for (const TimingSource& source : results.suite.sources) {
    INFO(source.name);
    CHECK(source.fit.size() <= 6);
    double calibrating = 0;
    for (const auto& [name, group] : source.groups) {
      const auto in_group = [&](const TimedRow& row) {
        return row.source == &source && row.row.holds(group, row.numbers);
      };
      const auto rows = std::ranges::count_if(results.timed.rows, in_group);
      CHECK(rows > 0);
      calibrating += static_cast<double>(rows);
    }
    CHECK(calibrating >= 2 * static_cast<double>(source.fit.size()));
    CHECK(calibrating < 0.15 * results.count(source));
  }
}

}  // namespace tilewright::test::TEST_FILE
