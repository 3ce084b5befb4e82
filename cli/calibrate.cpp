#include "validation/gpu/calibrations_yaml.hpp"

#include <memory>

#include "cli/command.hpp"
#include "common/file.hpp"
#include "validation/gpu/joint_fit.hpp"
#include "validation/gpu/judged_intervals.hpp"
#include "validation/gpu/power_fit.hpp"
#include "validation/measured.hpp"

namespace tilewright::cli {

namespace {

namespace fs = std::filesystem;

void write(const std::string& name, const std::string& text, const Options& options) {
  const fs::path file = fs::path(options.output) / name;
  write_file(file, text);
  announce(file, options);
}

void write_intervals(const PredictionIntervals& intervals, const Options& options) {
  write("intervals/" + intervals.suite + ".yaml", to_yaml(intervals), options);
}

// One file of all sources.
int fit_all(const TimingSuite& suite, TimedRows& rows, Library& library, const Options& options) {
  const bool writes = !options.output.empty();
  std::erase_if(rows.rows, [&](const TimedRow& row) {
    return !row.calibrates && !row.calibrates_power && !(writes && row.gives_interval);
  });
  const std::vector<PreparedTiming> timings = prepare_timings(suite, rows, library, options.jobs);
  std::vector<const PreparedTiming*> calibrating;
  for (const PreparedTiming& timing : timings)
    if (timing.row->calibrates) calibrating.push_back(&timing);
  JointCalibration calibration = fit_jointly(suite, calibrating);
  if (suite.joint->power) calibration.power = fit_power(suite, timings, parameters_of(suite, timings, calibration));
  print(summary(calibration), options);
  if (!writes) return done;
  write(calibration.name + ".yaml", to_yaml(calibration), options);
  write_intervals(judged_intervals(suite, timings, parameters_of(suite, timings, calibration)), options);
  return done;
}

int run(const std::string& name, const Options& options) {
  const Yaml root = Yaml::load(find_config("suites", name));
  const TimingSuite suite = parse_timing_suite(root);
  if (!options.output.empty()) require_writable(options.output);
  Library library;
  if (is_measure_suite(root)) (void)results_files(parse_measured_suite(root), suite.reference);
  TimedRows rows = read_timings(suite);
  if (suite.joint) return fit_all(suite, rows, library, options);
  const std::vector<FittedCalibration> fits = calibrate(suite, rows, library, options.jobs);
  print(summary(fits), options);
  if (options.output.empty()) return done;
  for (const std::string& kernel : kernels_of(fits))
    write(kernel + ".yaml", calibrations_yaml(kernel, fits, suite.name), options);
  std::erase_if(rows.rows, [](const TimedRow& row) { return !row.gives_interval; });
  const std::vector<PreparedTiming> timings = prepare_timings(suite, rows, library, options.jobs);
  write_intervals(judged_intervals(suite, timings, without_conditions(suite, timings, fits)), options);
  return done;
}

}  // namespace

Action add_calibrate(Verb& verb) {
  const auto suite = std::make_shared<std::string>();
  verb.add_option("suite", *suite, "suite with timings of kernels: a name below configs/suites, or a file")
      ->required();
  verb.footer(
      "Writes KERNEL.yaml to -o, whose section 'calibrations' the kernel's own file takes over. 'validate "
      "--calibrations' takes the folder, 'evaluate --calibration' and 'simulate --calibration' a file of it. "
      "Beside them intervals/SUITE.yaml, from rows that fit nothing: how far predictions are off.");
  return [suite](const Options& options) { return run(*suite, options); };
}

}  // namespace tilewright::cli
