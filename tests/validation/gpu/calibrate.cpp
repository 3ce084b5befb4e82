// All timings here come from the model itself, with parameters that the fit has to find again.
#include "validation/gpu/calibrate.hpp"

#include <catch2/catch.hpp>

#include "sim/kernel/estimate.hpp"
#include "tests/common/messages.hpp"
#include "tests/validation/gpu/little_timings.hpp"
#include "validation/gpu/calibrations_yaml.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

struct Shape {
  double heads;
  double tokens;
  const char* causal;
  double head_dim;
};

const std::vector<Shape> shapes{{64, 512, "no", 128},   {16, 4096, "no", 128}, {16, 16384, "no", 128},
                                {32, 1024, "yes", 128}, {16, 8192, "yes", 64}, {32, 2048, "no", 64},
                                {16, 8192, "no", 64}};

// The same rows with the times that the model gives for parameters.
std::string rows_of(const LittleTimings& little, const KernelParameters& parameters, std::size_t count) {
  std::string blank;
  for (std::size_t i = 0; i < count; ++i)
    blank += row(shapes[i].heads, shapes[i].tokens, shapes[i].causal, 1e-3, shapes[i].head_dim);
  const TimingSuite suite = little.suite();
  TimedRows rows = read_timings(suite, little.write(blank));
  Library library;
  std::string filled;
  const auto timings = prepare_timings(suite, rows, library, 1);
  for (std::size_t i = 0; i < count; ++i)
    filled += row(shapes[i].heads, shapes[i].tokens, shapes[i].causal,
                  estimate(timings[i].kernel, parameters).time_s, shapes[i].head_dim);
  return filled;
}

std::vector<FittedCalibration> calibrated(const LittleTimings& little, const KernelParameters& made_with,
                                          std::size_t count = shapes.size()) {
  const TimingSuite suite = little.suite();
  const TimedRows rows = read_timings(suite, little.write(rows_of(little, made_with, count)));
  Library library;
  return calibrate(suite, rows, library, 1);
}

std::string fitting(const std::string& parameters, const std::string& groups = "{all: 1}") {
  return LittleTimings::source +
         fmt::format(
             "      calibration: flash-attention-3/h100-sxm5\n      parameters: {{clock_Hz: 1700 MHz}}\n"
             "      fit: [{}]\n      calibrate: {}\n",
             parameters, groups);
}

}  // namespace

TEST_CASE("a calibration finds the parameters that made the rows") {
  const KernelParameters truth{0.93, 0.71, 2500, 8e-6, 3, 1.7e9};
  const LittleTimings little(fitting("matrix_efficiency, exposed, tile_cycles, launch_s, mask_operations"));
  const auto fits = calibrated(little, truth);
  REQUIRE(fits.size() == 1);
  CHECK(fits[0].spread < 1e-4);
  CHECK(fits[0].parameters.matrix_efficiency == Approx(0.93).epsilon(0.01));
  CHECK(fits[0].parameters.exposed == Approx(0.71).epsilon(0.02));
  CHECK(fits[0].parameters.tile_cycles == Approx(2500).epsilon(0.03));
  CHECK(fits[0].parameters.launch_s == Approx(8e-6).epsilon(0.1));
  CHECK(fits[0].parameters.mask_operations == Approx(3).epsilon(0.1));
  CHECK(fits[0].parameters.clock_Hz == 1.7e9);
}

TEST_CASE(
    "standard errors are there where rows are more than parameters, and grow with what the rows disagree by") {
  const KernelParameters truth{1, 0.5, 0, 0, 0, 1.7e9};
  const LittleTimings little(fitting("exposed"));
  const auto exact = calibrated(little, truth, 4);
  REQUIRE(exact.at(0).standard_errors.size() == 1);
  CHECK(exact[0].standard_errors[0] < 1e-3);
  CHECK(calibrated(little, truth, 1).at(0).standard_errors.empty());
  const TimingSuite suite = little.suite();
  Library library;
  const std::string text = rows_of(little, truth, 4) + row(32, 2048, "no", 3e-4, 64);
  const auto noisy = calibrate(suite, read_timings(suite, little.write(text)), library, 1);
  CHECK(noisy.at(0).standard_errors.at(0) > 0.01);
}

TEST_CASE("what is written is read again, and says which rows it is from") {
  const LittleTimings little(fitting("exposed", "{wide: head_dim == 128, narrow: head_dim == 64}"));
  const auto fits = calibrated(little, {1, 0.5, 0, 0, 0, 1.7e9});
  CHECK(kernels_of(fits) == std::vector<std::string>{"flash-attention-3"});
  const Yaml yaml = Yaml::parse(calibrations_yaml("flash-attention-3", fits, "little"), "one.yaml");
  const auto all = parse_calibrations(parse_kernel_file(yaml));
  REQUIRE(all.size() == 1);
  CHECK(all[0].name == CalibrationName{"flash-attention-3", "h100-sxm5"});
  CHECK(all[0].parameters.exposed == Approx(fits[0].parameters.exposed).epsilon(1e-4));
  CHECK(all[0].parameters.clock_Hz == 1.7e9);
  const Yaml fit = yaml.at("kernel").at("calibrations").at("h100-sxm5").at("fit");
  CHECK(fit.at("suite").text() == "little");
  CHECK(fit.at("source").text() == "dense");
  const Yaml groups = fit.at("groups");
  CHECK(groups.at("wide").at("rows").items().size() == 4);
  CHECK(groups.at("narrow").at("rows").texts().front() ==
        "rows.csv:6 (batch 1, heads 16, 8192 tokens, D 64, causal)");
  CHECK(groups.at("wide").at("left_out_mean").number() < 1e-3);  // the narrow rows say the same
}

TEST_CASE("conditions are written beside the parameters that they are over") {
  const std::string conditions = LittleTimings::source + std::string(
                                                             "      calibration: flash-attention-3/h100-sxm5/mine\n"
                                                             "      from: flash-attention-3/h100-sxm5\n"
                                                             "      fit: [clock_Hz]\n      calibrate: {all: 1}\n");
  const LittleTimings little(conditions);
  const TimingSuite suite = little.suite();
  const KernelParameters base = calibration_of(suite, {"flash-attention-3", "h100-sxm5"})->parameters;
  KernelParameters truth = base;
  truth.clock_Hz = 1.65e9;
  const std::string text = calibrations_yaml("flash-attention-3", calibrated(little, truth), "little");
  const auto all = parse_calibrations(parse_kernel_file(Yaml::parse(text, "mine.yaml")));
  REQUIRE(all.size() == 2);
  CHECK(find_calibration(all, {"flash-attention-3", "h100-sxm5"})->parameters == base);
  const KernelParameters mine = find_calibration(all, {"flash-attention-3", "h100-sxm5", "mine"})->parameters;
  CHECK(mine.clock_Hz == Approx(1.65e9).epsilon(1e-3));
  CHECK(mine.exposed == base.exposed);
}

TEST_CASE("a group that disagrees shows when it is left out") {
  const LittleTimings little(fitting("exposed", "{wide: head_dim == 128, narrow: head_dim == 64}"));
  const std::string text =
      rows_of(little, {1, 0.5, 0, 0, 0, 1.7e9}, 4) + row(16, 8192, "no", 1e-3, 64) + row(32, 2048, "no", 1e-4, 64);
  const TimingSuite suite = little.suite();
  Library library;
  const auto fits = calibrate(suite, read_timings(suite, little.write(text)), library, 1);
  REQUIRE(fits.at(0).groups[1].left_out_mean);
  CHECK(*fits[0].groups[1].left_out_mean > fits[0].groups[1].mean);
}

TEST_CASE("rows that cannot say are refused") {
  const KernelParameters truth{0.93, 0.71, 2500, 8e-6, 3, 1.7e9};
  const auto refusal = [&](const std::string& source, std::size_t rows) {
    return message_of([&] { (void)calibrated(LittleTimings(source), truth, rows); });
  };
  const std::string at = "little.yaml:19:7: source 'dense': ";
  CHECK(refusal(fitting("mask_operations"), 3) == at + "the calibrating rows say nothing of 'mask_operations'");
  CHECK(refusal(fitting("matrix_efficiency, exposed"), 3) ==
        at + "the calibrating rows cannot tell 'matrix_efficiency' from the other parameters");
  CHECK(refusal(fitting("matrix_efficiency, exposed"), 1) == at + "2 parameters cannot be fitted to 1 rows");
  CHECK(refusal(fitting("exposed", "{all: heads > 999}"), 3) == at + "no row is in group 'all' of 'calibrate'");
  std::string elsewhere = fitting("exposed");
  elsewhere.replace(elsewhere.find("flash-attention-3/h100"), 22, "flash-attention-2/h100");
  CHECK(refusal(elsewhere, 3) == at + "expected 'calibration: flash-attention-3/h100-sxm5' or a source of it, got "
                                      "'flash-attention-2/h100-sxm5'");
  std::string loose = fitting("exposed");
  loose.replace(loose.find("-3/h100-sxm5"), 12, "-3/h100-sxm5/mine");
  CHECK(refusal(loose, 3) == at + "'flash-attention-3/h100-sxm5/mine' is conditions of a source: expected 'from: "
                                  "flash-attention-3/h100-sxm5' or another architecture's");
  CHECK(refusal(fitting("exposed") + "      from: flash-attention-3/none\n", 3) ==
        at + "no calibration flash-attention-3/none to begin from");
}

}  // namespace tilewright::test::TEST_FILE
