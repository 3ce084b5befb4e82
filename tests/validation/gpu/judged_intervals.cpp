// All timings here are made up: nothing was measured.
#include "validation/gpu/judged_intervals.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <random>

#include "tests/validation/gpu/little_timings.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

const PredictionKind fused{"fused", "machine", "masked", "few"};

// Times 1, 2, 3 .. of as many shapes.
std::vector<JudgedPrediction> counted(std::size_t rows, std::size_t shapes, const PredictionKind& kind = fused) {
  std::vector<JudgedPrediction> made;
  for (std::size_t i = 0; i < rows; ++i)
    made.push_back({kind, std::to_string(i % shapes), static_cast<double>(i + 1)});
  return made;
}

const PredictionInterval& nearest(const PredictionIntervals& intervals, const PredictionKind& kind = fused) {
  REQUIRE(intervals.of(kind) != nullptr);
  return *intervals.of(kind);
}

}  // namespace

TEST_CASE("the ends of an interval are quantiles, further out where shapes are few") {
  const PredictionInterval many = nearest(intervals_of("s", counted(101, 101)));
  // h = 0.95 * 102 / 101 of 100 steps between 1 and 101
  CHECK(many.high == Approx(1 + 100 * 0.95 * 102 / 101));
  CHECK(many.low == Approx(1 + 100 * (1 - 0.95 * 102.0 / 101)));
  CHECK(many.kind == fused);
  CHECK(many.rows == 101);
  CHECK(many.shapes == 101);
  const PredictionInterval few = nearest(intervals_of("s", counted(101, 15)));
  CHECK(few.high == 101);  // 0.95 * 16 / 15 is more than 1
  CHECK(few.low == 1);
}

TEST_CASE("a kind needs 20 rows of 10 shapes; else a prediction is of a larger one") {
  std::vector<JudgedPrediction> rows = counted(19, 19);
  CHECK(intervals_of("s", rows).kinds.empty());
  CHECK(intervals_of("s", counted(50, 9)).kinds.empty());
  const std::vector<JudgedPrediction> other = counted(30, 30, {"fused", "other", "masked", "few"});
  rows.insert(rows.end(), other.begin(), other.end());
  const PredictionIntervals intervals = intervals_of("s", rows);
  CHECK(nearest(intervals).kind == PredictionKind{"fused", "", "masked", "few"});
  CHECK(nearest(intervals).rows == 49);
  CHECK(nearest(intervals, {"new", "machine", "masked", "few"}).kind == PredictionKind{"", "", "masked", "few"});
  CHECK(nearest(intervals, {"new", "machine", "dense", "few"}).kind == PredictionKind{"", "", "", "few"});
  CHECK(nearest(intervals, {"new", "machine", "dense", "many"}).kind == PredictionKind{});
  CHECK(intervals.kernels == std::vector<std::string>{"fused"});
}

// Rows of one shape on several machines are off alike, and each a little by itself.
TEST_CASE("nine of ten further rows are within, although rows of one shape are off alike") {
  std::mt19937 random(7);
  std::normal_distribution<double> of_shape(0, 0.2), of_row(0, 0.1);
  double held = 0, rows = 0;
  for (int repeated = 0; repeated < 100; ++repeated) {
    const auto make = [&](int shapes) {
      std::vector<JudgedPrediction> made;
      for (int shape = 0; shape < shapes; ++shape) {
        const double off = of_shape(random);
        for (int row = 0; row < 6; ++row)
          made.push_back({fused, std::to_string(shape), std::exp(off + of_row(random))});
      }
      return made;
    };
    const PredictionInterval interval = nearest(intervals_of("s", make(25)));
    for (const JudgedPrediction& row : make(25)) {
      rows += 1;
      held += row.times >= interval.low && row.times <= interval.high ? 1 : 0;
    }
  }
  CHECK(held / rows > 0.89);
  CHECK(held / rows < 0.96);
}

TEST_CASE("of rows that fit nothing a half of the shapes gives intervals, and the others judge these") {
  const LittleTimings little(
      "    - name: fused\n"
      "      rows: {library: F1}\n"
      "      kernel: flash-attention-3\n"
      "      arch: gpu/h100-sxm5\n"
      "      calibration: flash-attention-3/h100-sxm5\n"
      "      fit: [clock_Hz]\n"
      "      calibrate: {long: seq >= 8192}\n");
  const TimingSuite suite = little.suite();
  std::string text;
  for (int heads = 1; heads <= 64; ++heads) text += row(heads, heads > 56 ? 8192 : 1024, "no", 1e-4);
  const std::filesystem::path file = little.write(text);
  const TimedRows rows = read_timings(suite);
  std::size_t give = 0;
  for (const TimedRow& each : rows.rows) {
    const bool fits = each.row.text("seq") == "8192";
    CHECK_FALSE((fits && each.gives_interval));
    give += each.gives_interval ? 1 : 0;
  }
  CHECK(give > 15);
  CHECK(give < 41);
  for (const TimedRow& each : read_timings(suite, file).rows) CHECK_FALSE(each.gives_interval);
}

TEST_CASE("intervals are of what a kernel is predicted with where nobody knows a source's conditions") {
  const LittleTimings little(
      "    - name: fused\n"
      "      rows: {library: F1}\n"
      "      kernel: flash-attention-3\n"
      "      arch: gpu/h100-sxm5\n"
      "      calibration: flash-attention-3/h100-sxm5/tritonbench\n"
      "      parameters: {launch_s: 1 ms}\n");
  const TimingSuite suite = little.suite();
  std::string text;
  for (int heads = 1; heads <= 64; ++heads) text += row(heads, 4096, "no", 1e-3);
  (void)little.write(text);
  TimedRows rows = read_timings(suite);
  Library library;
  const std::vector<PreparedTiming> timings = prepare_timings(suite, rows, library, 1);
  const SourceParameters parameters = without_conditions(suite, timings, {});
  const auto own = calibration_of(suite, {"flash-attention-3", "h100-sxm5"});
  CHECK(parameters.at("fused") == own->parameters);
  const PredictionIntervals intervals = judged_intervals(suite, timings, parameters);
  CHECK(intervals.suite == "little");
  CHECK(intervals.kernels == std::vector<std::string>{"flash-attention-3"});
  CHECK(nearest(intervals, {"flash-attention-3", "h100-sxm5", "dense", "few"}).kind.arch == "h100-sxm5");
  FittedCalibration fitted;
  fitted.name = {"flash-attention-3", "h100-sxm5"};
  fitted.parameters.exposed = 0.123;
  CHECK(without_conditions(suite, timings, {fitted}).at("fused").exposed == 0.123);
}

}  // namespace tilewright::test::TEST_FILE
