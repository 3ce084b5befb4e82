// All timings here are made up: nothing was measured.
#include "validation/gpu/validate_timings.hpp"

#include <catch2/catch.hpp>

#include "sim/kernel/estimate.hpp"
#include "tests/common/messages.hpp"
#include "tests/validation/gpu/little_timings.hpp"
#include "validation/gpu/calibrate.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

TimingComparison compared(double measured, double predicted, const std::string& group = {}) {
  return {"dense", "k",   "a", {}, fmt::format("row {}", measured), "time_s", group, measured, predicted, 0,
          0,       false, {},  {}};
}

TimingValidation validation_of(const LittleTimings& little, const TimingSuite& suite, const std::string& rows) {
  Library library;
  return validate_timings(suite, read_timings(suite, little.write(rows)), estimate, library, 1);
}

}  // namespace

TEST_CASE("statistics by hand") {
  const LittleTimings little(std::string(LittleTimings::source) +
                             "      within: {time_s: {mean: 0.2, worst: 0.3}}\n");
  // Errors of judged rows: +10 %, -30 %, +20 %; predicted order 110, 140, 360 against 100, 200, 300: the same.
  const auto errors = errors_of(
      little.suite(), {compared(100, 110), compared(200, 140), compared(300, 360), compared(400, 500, "fitted")});
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].judged == 3);
  CHECK(errors[0].mean == Approx(0.2));
  CHECK(errors[0].bias == Approx(0).margin(1e-12));
  CHECK(errors[0].worst == Approx(-0.3));
  CHECK(errors[0].worst_row == "row 200");
  CHECK(errors[0].calibrated == 1);
  CHECK(errors[0].calibrated_mean == Approx(0.25));
  CHECK(*errors[0].rank == Approx(1));
  TimingError close = errors[0];
  close.allowed = {0.21, 0.31};
  CHECK(close.met());
  close.allowed = {0.19, {}};
  CHECK_FALSE(close.met());
  close.allowed = {{}, 0.29};
  CHECK_FALSE(close.met());
}

TEST_CASE("a row that calibrates does not judge") {
  const LittleTimings little(std::string(LittleTimings::source) +
                             "      calibration: flash-attention-3/h100-sxm5/none\n"
                             "      from: flash-attention-3/h100-sxm5\n"
                             "      fit: [exposed]\n"
                             "      calibrate: {short: seq <= 1024}\n");
  const TimingValidation validation =
      validation_of(little, little.suite(), row(8, 1024, "no", 1e-4) + row(8, 4096, "no", 1e-3));
  REQUIRE(validation.comparisons.size() == 2);
  CHECK(validation.comparisons[0].group == "short");
  CHECK(validation.comparisons[1].group.empty());
  REQUIRE(validation.errors.size() == 1);
  CHECK(validation.errors[0].calibrated == 1);
  CHECK(validation.errors[0].judged == 1);
  CHECK(validation.met());
  CHECK(validation.notes.size() == 1);  // there is no such calibration
}

TEST_CASE("what a fit shapes does not judge, what it cannot shape does") {
  const LittleTimings little(std::string(LittleTimings::source) +
                             "      calibration: flash-attention-3/h100-sxm5/none\n"
                             "      from: flash-attention-3/h100-sxm5\n"
                             "      fit: [exposed]\n"
                             "      calibrate: {short: seq <= 1024}\n");
  const TimingSuite suite = little.suite_of(
      little.text("        - {name: kernel_s, measured: time_us * 1e-6, predicted: fused_s}\n"
                  "        - {name: rate, measured: 1 / time_us, predicted: 1 / (fused_s + passes_s)}\n"
                  "        - {name: apart, measured: time_us, predicted: passes_s + 1}\n"));
  for (const TimingComparison& each : validation_of(little, suite, row(8, 1024, "no", 1e-4)).comparisons)
    CHECK(each.group == (each.value == "apart" ? "" : "short"));
}

TEST_CASE("a source that is after another has the times of both kernels") {
  const std::string sources =
      "    - name: first\n"
      "      rows: {library: F1}\n"
      "      kernel: flash-attention-3\n"
      "      arch: gpu/h100-sxm5\n"
      "    - name: second\n"
      "      rows: {library: F2}\n"
      "      kernel: flash-attention-3-backward\n"
      "      arch: gpu/h100-sxm5\n"
      "    - name: both\n"
      "      rows: {library: F3}\n"
      "      kernel: flash-attention-3-backward\n"
      "      arch: gpu/h100-sxm5\n"
      "      after: first\n";
  const LittleTimings little(sources);
  const TimingSuite suite =
      little.suite_of(little.text("        - {name: time_s, measured: time_us * 1e-6, predicted: time_s}\n"
                                  "        - {name: fused_s, measured: time_us, predicted: fused_s}\n"
                                  "        - {name: passes_s, measured: time_us, predicted: passes_s}\n"));
  std::string rows;
  for (const char* library : {"F1", "F2", "F3"})
    rows += fmt::format("H100 SXM,{},8,4096,128,yes,fwd,100,,,\n", library);
  std::map<std::string, std::map<std::string, double>> predicted;
  for (const TimingComparison& each : validation_of(little, suite, rows).comparisons)
    predicted[each.source][each.value] = each.predicted;
  for (const char* value : {"time_s", "fused_s"}) {
    CHECK(predicted["first"][value] > 0);
    CHECK(predicted["both"][value] == Approx(predicted["first"][value] + predicted["second"][value]));
  }
  CHECK(predicted["second"]["passes_s"] > 0);
  CHECK(predicted["both"]["passes_s"] == Approx(predicted["second"]["passes_s"]));
}

TEST_CASE("speedups are over the baseline of the same problem, measured and predicted") {
  const LittleTimings little(
      "    - name: whole\n"
      "      rows: {causal: \"no\"}\n"
      "      kernel: flash-attention-3\n"
      "      arch: gpu/h100-sxm5\n"
      "    - name: causal\n"
      "      rows: {causal: \"yes\"}\n"
      "      kernel: flash-attention-3\n"
      "      arch: gpu/h100-sxm5\n"
      "      baseline: {source: whole, mask: dense}\n");
  const TimingSuite suite = little.suite_of(little.text(
      "        - {name: time_s, measured: time_us * 1e-6, predicted: time_s}\n"
      "        - {name: speedup, measured: baseline_s / time_us * 1e6, predicted: baseline_s / time_s}\n"));
  const TimingValidation validation = validation_of(
      little, suite, row(8, 8192, "no", 2e-3) + row(8, 8192, "yes", 1.25e-3) + row(8, 4096, "yes", 1e-3));
  double dense_s = 0;
  double causal_s = 0;
  int speedups = 0;
  for (const TimingComparison& each : validation.comparisons) {
    if (each.value == "time_s" && each.source == "whole") dense_s = each.predicted;
    if (each.value == "time_s" && each.source == "causal" && causal_s == 0) causal_s = each.predicted;
    if (each.value != "speedup") continue;
    ++speedups;  // none of the row whose problem the baseline does not have
    CHECK(each.measured == Approx(1.6));
    CHECK(each.predicted == Approx(dense_s / causal_s));
  }
  CHECK(speedups == 1);
}

TEST_CASE("where no row is predicted nothing is judged, and that is no success") {
  const LittleTimings little;
  CHECK_THROWS_WITH(validation_of(little, little.suite(), "MI300,F1,8,4096,128,no,fwd,10,,,\n"),
                    Catch::Contains("little.yaml: no row is predicted") && Catch::Contains("MI300"));
}

TEST_CASE("rows on which two models are apart are told, with the part of the time that is") {
  const LittleTimings little;
  const KernelModel slower = [](const PreparedKernel& prepared, const KernelParameters& parameters) {
    KernelResult result = estimate(prepared, parameters);
    result.shares.softmax_s -= 0.01 * result.time_s;
    result.shares.memory_s += 0.08 * result.time_s;
    result.time_s *= 1.07;
    return result;
  };
  Library library;
  const auto file = little.write(row(8, 4096, "no", 1e-3) + row(8, 4096, "yes", 1e-3));
  const TimingValidation validation =
      validate_timings(little.suite(), read_timings(little.suite(), file), slower, library, 1, estimate);
  REQUIRE(validation.comparisons.size() == 2);
  for (const TimingComparison& each : validation.comparisons) CHECK(each.apart() == Approx(0.07));
  CHECK(validation.comparisons[0].apart_by.starts_with("memory +"));
  CHECK(validation.comparisons[1].apart_by.empty());  // a masked row may be by 10 %
  CHECK(validation.errors[0].apart == 1);
  CHECK(validation.summary().columns.back().name == "apart");
  CHECK(validation.rows().columns.back().name == "apart_by");
  CHECK(validation.rows().rows[0].size() == validation.rows().columns.size());
  CHECK(validation_of(little, little.suite(), row(8, 4096, "no", 1e-3)).rows().columns.back().name == "passes_s");
}

TEST_CASE("lines through values, by hand") {
  const LittleTimings little;
  std::string yaml = little.text("        - {name: relative, measured: speedup, predicted: time_s}\n");
  yaml.insert(yaml.find("  sources:"), "      lines: [{value: relative, against: density__ / 100, per: seq}]\n");
  const auto relative = [](const char* density, const char* value) {
    return fmt::format("H100,F1,8,4096,128,no,fwd,1,{},{},\n", density, value);
  };
  // 0.1 + 2 x at 0.5 and 1: slope 2, at 1 2.1. Predictions do not depend on the density.
  const TimingValidation validation =
      validation_of(little, little.suite_of(yaml), relative("50", "1.1") + relative("100", "2.1"));
  REQUIRE(validation.comparisons.size() == 4);
  CHECK(validation.comparisons[2].value == "relative.slope");
  CHECK(validation.comparisons[2].measured == Approx(2));
  CHECK(validation.comparisons[2].predicted == Approx(0).margin(1e-12));
  CHECK(validation.comparisons[3].value == "relative.at_1");
  CHECK(validation.comparisons[3].measured == Approx(2.1));
  CHECK(validation.comparisons[3].label == "seq 4096");
}

TEST_CASE("a problem that does not fit the machine is noted") {
  const LittleTimings little;
  const TimingValidation validation =
      validation_of(little, little.suite(), row(8, 4096, "no", 1e-3, 4096) + row(8, 4096, "no", 1e-3));
  CHECK(validation.comparisons.size() == 1);
  REQUIRE(validation.notes.size() == 1);
  CHECK(validation.notes[0].find("rows.csv:2: 'dense' does not fit: ") != std::string::npos);
}

TEST_CASE("problems that do not fit for the same reason are one note") {
  const LittleTimings little;
  const TimingValidation validation =
      validation_of(little, little.suite(),
                    row(8, 4096, "no", 1e-3, 4096) + row(8, 4096, "no", 1e-3, 2048) +
                        row(8, 8192, "no", 1e-3, 4096) + row(8, 4096, "no", 1e-3));
  REQUIRE(validation.notes.size() == 2);
  CHECK(validation.notes[0].find("rows.csv:2: 'dense' does not fit: ") != std::string::npos);
  CHECK(validation.notes[0].ends_with(" (nor do 1 more rows)"));
  CHECK(validation.notes[1].find("rows.csv:3: ") != std::string::npos);
}

TEST_CASE("the shipped suite: targets are met, and the shipped calibrations are what its rows give") {
  const TimingSuite suite = parse_timing_suite(Yaml::load(find_config("suites", "gpu-published")));
  Library library;
  const TimingValidation validation = validate_timings(suite, read_timings(suite), estimate, library, 0);
  for (const TimingError& error : validation.errors) {
    INFO(error.source << " " << error.value << " " << error.mean << " " << error.worst);
    CHECK(error.met());
  }
  // Of what few rows decide; the whole takes several seconds.
  for (const FittedCalibration& fit : calibrate(suite, read_timings(suite), library, 0)) {
    INFO(fit.name.str());
    const KernelParameters shipped = calibration_of(suite, fit.name)->parameters;
    for (const ParameterField& field : parameter_fields())
      CHECK(shipped.*field.value == Approx(fit.parameters.*field.value).epsilon(1e-3));
  }
}

}  // namespace tilewright::test::TEST_FILE
