#include "validation/gpu/joint_fit.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "sim/kernel/estimate.hpp"
#include "tests/common/messages.hpp"
#include "tests/validation/gpu/little_timings.hpp"
#include "validation/gpu/left_out.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

const std::string two_devices =
    "    - name: fused\n"
    "      rows: {library: \"F?\"}\n"
    "      kernel: flash-attention-3\n"
    "      call: vllm-prefill\n"
    "      archs: [\"H100*\", \"H200*\"]\n"
    "  archs: {device: {\"H100*\": {arch: gpu/h100-sxm5}, \"H200*\": {arch: gpu/h200, clock_Hz: 1.9 GHz}}}\n"
    "  joint: {calibration: little, half: [heads, seq], loss: 0.1, parameters: [PARAMETERS]}\n";

std::string with_parameters(const std::string& parameters) {
  std::string text = two_devices;
  text.replace(text.find("PARAMETERS"), 10, parameters);
  return text;
}

// Rows that the model made with these parameters, by the suite's own reading of them.
struct Made {
  TimingSuite suite;
  TimedRows rows;
  std::vector<PreparedTiming> timings;
  std::vector<const PreparedTiming*> all;
};

std::string shapes(double time_s) {
  std::string rows;
  for (const double heads : {1.0, 4.0, 16.0, 64.0})
    for (const double tokens : {128.0, 512.0, 2048.0, 4096.0})
      for (const char* device : {"H100", "H200"})
        for (const char* causal : {"yes", "no"}) rows += device + row(heads, tokens, causal, time_s).substr(4);
  return rows;
}

Made made_by(const std::string& parameters, const KernelParameters& truth,
             const std::vector<std::pair<std::string, std::string>>& edits = {}) {
  Library library;
  const LittleTimings little(with_parameters(parameters));
  std::string text = little.text();
  for (const auto& [from, to] : edits)
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
      text.replace(at, from.size(), to);
  Made made{little.suite_of(text), {}, {}, {}};
  TimedRows first = read_timings(made.suite, little.write(shapes(1)));
  std::vector<PreparedTiming> timings = prepare_timings(made.suite, first, library, 1);
  std::string rows;
  for (const PreparedTiming& timing : timings) {
    KernelParameters parameters_of_row = truth;
    parameters_of_row.clock_Hz = timing.kernel.arch.name == "h200" ? 1.9e9 : 0;
    const Request& request = timing.row->problem.requests[0];
    rows += timing.row->row.text("device").substr(0, 4) +
            row(request.heads(), std::stod(timing.row->row.text("seq")), timing.row->row.text("causal"),
                estimate(timing.kernel, parameters_of_row).time_s)
                .substr(4);
  }
  made.rows = read_timings(made.suite, little.write(rows));
  made.timings = prepare_timings(made.suite, made.rows, library, 1);
  for (const PreparedTiming& timing : made.timings) made.all.push_back(&timing);
  return made;
}

}  // namespace

TEST_CASE("numbers that made the rows are found again, each with its owner") {
  KernelParameters truth;
  truth.matrix_efficiency = 0.7;
  truth.tile_cycles = 3000;
  truth.launch_s = 6e-6;
  truth.pass_B_per_cycle = 8;
  truth.pass_step_cycles = 250;
  const Made made = made_by("matrix_efficiency, tile_cycles, launch_s, pass_B_per_cycle, pass_step_cycles", truth);
  const JointCalibration fit = fit_jointly(made.suite, made.all);
  const auto& kernel = fit.fitted.at(ParameterOwner::kernel).at("flash-attention-3");
  CHECK(kernel.at("matrix_efficiency").value == Approx(0.7).epsilon(0.03));
  CHECK(kernel.at("tile_cycles").value == Approx(3000).epsilon(0.1));
  const auto& call = fit.fitted.at(ParameterOwner::call).at("vllm-prefill");
  CHECK(call.at("launch_s").value == Approx(6e-6).epsilon(0.03));
  CHECK(call.at("pass_B_per_cycle").value == Approx(8).epsilon(0.1));
  CHECK(call.at("pass_step_cycles").value == Approx(250).epsilon(0.1));
  CHECK(fit.refused.empty());
  for (const FittedNumber& number : {kernel.at("matrix_efficiency"), call.at("launch_s")}) {
    CHECK(number.low <= number.value);
    CHECK(number.value <= number.high);
    CHECK(number.rows >= 5);
  }
}

// One query of each head on a B200 is bound by the memory with products as fast as a fit begins with.
TEST_CASE("a rate of products that decides no row where it begins is found where it does") {
  KernelParameters truth;
  truth.matrix_efficiency = 0.25;
  truth.launch_s = 6e-6;
  const Made made = made_by("matrix_efficiency, launch_s", truth,
                            {{"queries: \"{seq}\"", "queries: \"1\""},
                             {"keys: \"{seq}\"", "keys: \"{seq * 64}\""},
                             {"flash-attention-3", "latent-decode-blackwell"},
                             {"gpu/h100-sxm5", "gpu/b200"},
                             {"gpu/h200", "gpu/b200"}});
  const JointCalibration fit = fit_jointly(made.suite, made.all);
  const auto& kernel = fit.fitted.at(ParameterOwner::kernel).at("latent-decode-blackwell");
  CHECK(kernel.at("matrix_efficiency").value == Approx(0.25).epsilon(0.03));
}

TEST_CASE("a number that no row decides, or that stops at its limit, is refused and says so") {
  KernelParameters truth;
  truth.exposed = 0;
  truth.launch_s = 6e-6;
  Made made = made_by("exposed, mask_operations, launch_s", truth);
  std::erase_if(made.all, [](const PreparedTiming* timing) { return timing->row->mask != "dense"; });
  const JointCalibration fit = fit_jointly(made.suite, made.all);
  const auto& refused = fit.refused.at(ParameterOwner::kernel).at("flash-attention-3");
  CHECK(refused.at("mask_operations").why == "decided by 0 rows");
  CHECK(refused.at("mask_operations").value == KernelParameters{}.mask_operations);
  CHECK(refused.at("exposed").why == "stops at its limit");
  CHECK(refused.at("exposed").value == 0);
  CHECK(fit.fitted.at(ParameterOwner::call).at("vllm-prefill").at("launch_s").value == Approx(6e-6).epsilon(0.03));
  CHECK(message_of([&] { (void)fit_jointly(made.suite, {}); }) ==
        "little.yaml: no row is there to fit parameters to");
}

TEST_CASE("a device that is left out is predicted by what the other one gave") {
  KernelParameters truth;
  truth.matrix_efficiency = 0.7;
  truth.launch_s = 6e-6;
  Made made = made_by("matrix_efficiency, launch_s", truth);
  for (TimedRow& row : made.rows.rows) row.calibrates = true;
  Library library;
  const TimingValidation left_out = validate_left_out(made.suite, made.rows, "device", library, 1);
  CHECK(left_out.comparisons.size() == made.rows.rows.size());
  for (const TimingComparison& each : left_out.comparisons) {
    CHECK(each.group.empty());
    CHECK(std::abs(each.error()) < 0.03);
  }
  CHECK(message_of([&] { (void)validate_left_out(made.suite, made.rows, "devise", library, 1); }) ==
        "--leave-out: table 'rows' has no column 'devise'; did you mean 'device'?");
  CHECK(message_of([&] { (void)validate_left_out(made.suite, made.rows, "library", library, 1); }) ==
        "--leave-out: column 'library' has the same text in all rows");
  const TimingSuite plain = LittleTimings().suite();
  CHECK(message_of([&] { (void)validate_left_out(plain, made.rows, "device", library, 1); }) ==
        "--leave-out: suite 'little' has no 'joint' fit to leave rows out of");
}

TEST_CASE("a fit that leaves a device out sees none of its rows") {
  const LittleTimings little(with_parameters("launch_s"));
  const TimingSuite suite = little.suite();
  std::string rows;
  for (const double heads : {1.0, 2.0, 4.0})
    for (const double tokens : {128.0, 256.0, 512.0}) {
      rows += "H100" + row(heads, tokens, "no", 1e-3).substr(4);
      rows += "H200" + row(heads, tokens, "no", 3e-3).substr(4);
    }
  TimedRows timed = read_timings(suite, little.write(rows));
  for (TimedRow& each : timed.rows) each.calibrates = true;
  Library library;
  for (const TimingComparison& each : validate_left_out(suite, timed, "device", library, 1).comparisons)
    CHECK(each.predicted == Approx(each.measured == Approx(1e-3) ? 3e-3 : 1e-3).epsilon(0.1));
}

TEST_CASE("a half of the shapes calibrates, the same on every device; rows of a given file never do") {
  const LittleTimings little(with_parameters("launch_s"));
  const TimingSuite suite = little.suite();
  const std::filesystem::path file = little.write(shapes(1e-3));
  std::map<std::string, std::vector<bool>> halves;
  std::size_t calibrating = 0;
  for (const TimedRow& row : read_timings(suite).rows) {
    halves[row.row.text("heads") + "," + row.row.text("seq")].push_back(row.calibrates);
    calibrating += row.calibrates ? 1 : 0;
  }
  CHECK(halves.size() == 16);
  CHECK(calibrating > 16);
  CHECK(calibrating < 48);
  for (const auto& [shape, rows] : halves)
    CHECK(std::ranges::count(rows, rows.front()) == static_cast<std::ptrdiff_t>(rows.size()));
  for (const TimedRow& row : read_timings(suite, file).rows) CHECK_FALSE(row.calibrates);
}

TEST_CASE("a joint calibration that is not there is missed where the suite names it") {
  const LittleTimings little(with_parameters("launch_s"));
  const TimingSuite suite = little.suite();
  Library library;
  CHECK(message_of([&] {
          (void)validate_timings(suite, read_timings(suite, little.write(shapes(1))), estimate, library, 1);
        }) ==
        "little.yaml: timings.joint.calibration: no 'little' in configs/calibrations, nor is it a file; known: "
        "gpu-serving");
}

TEST_CASE("a source on several devices is one on each, with the clock that the suite says") {
  const TimingSuite suite = LittleTimings(with_parameters("launch_s")).suite();
  REQUIRE(suite.sources.size() == 2);
  CHECK(suite.sources[0].name == "fused H100*");
  CHECK(suite.sources[0].given.empty());
  CHECK(suite.sources[1].name == "fused H200*");
  CHECK(suite.sources[1].arch == "gpu/h200");
  CHECK(suite.sources[1].rows.texts.at("device") == std::vector<std::string>{"H200*"});
  REQUIRE(suite.sources[1].given.size() == 1);
  CHECK(suite.sources[1].given[0].second == 1.9e9);
}

TEST_CASE("joint fits that make no sense are refused") {
  const auto refusal = [](const std::string& from, const std::string& to) {
    std::string sources = with_parameters("launch_s");
    sources.replace(sources.find(from), from.size(), to);
    return message_of([&] { (void)LittleTimings(sources).suite(); });
  };
  CHECK(refusal("half: [heads, seq]", "half: [heds, seq]")
            .find("timings.joint.half: table 'rows' has no column 'heds'; did you mean 'heads'?") !=
        std::string::npos);
  CHECK(refusal("parameters: [launch_s]", "parameters: [lunch_s]").find("did you mean 'launch_s'?") !=
        std::string::npos);
  CHECK(refusal("parameters: [launch_s]", "parameters: []").find("expected at least one parameter") !=
        std::string::npos);
  CHECK(refusal("[\"H100*\", ", "[\"H10*\", ")
            .find("timings.sources[0].archs[0]: 'archs' of the suite has no 'H10*'; did you mean 'H100*'?") !=
        std::string::npos);
  CHECK(refusal("{library: \"F?\"}", "{device: H100}")
            .find("timings.sources[0].archs[0]: 'rows' says 'device' already") != std::string::npos);
  CHECK(refusal("      archs: [", "      arch: gpu/h200\n      archs: [").find("beside 'arch'") !=
        std::string::npos);
  CHECK(refusal("      call: vllm-prefill\n", "      calibration: flash-attention-3/h200\n")
            .find("timings.sources[0].calibration: 'joint' has those of all sources") != std::string::npos);
}

}  // namespace tilewright::test::TEST_FILE
