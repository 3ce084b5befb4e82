#include "validation/gpu/calibrations_yaml.hpp"

#include <memory>

#include "cli/command.hpp"
#include "common/file.hpp"
#include "validation/gpu/joint_fit.hpp"
#include "validation/measured.hpp"

namespace tilewright::cli {

namespace {

namespace fs = std::filesystem;

// One file of all sources.
int fit_all(const TimingSuite& suite, TimedRows& rows, Library& library, const Options& options) {
  std::erase_if(rows.rows, [](const TimedRow& row) { return !row.calibrates; });
  const std::vector<PreparedTiming> timings = prepare_timings(suite, rows, library, options.jobs);
  std::vector<const PreparedTiming*> all;
  for (const PreparedTiming& timing : timings) all.push_back(&timing);
  const JointCalibration calibration = fit_jointly(suite, all);
  print(summary(calibration), options);
  if (options.output.empty()) return done;
  const fs::path written = fs::path(options.output) / (calibration.name + ".yaml");
  write_file(written, to_yaml(calibration));
  announce(written, options);
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
  for (const std::string& kernel : kernels_of(fits)) {
    const fs::path written = fs::path(options.output) / (kernel + ".yaml");
    write_file(written, calibrations_yaml(kernel, fits, suite.name));
    announce(written, options);
  }
  return done;
}

}  // namespace

Action add_calibrate(Verb& verb) {
  const auto suite = std::make_shared<std::string>();
  verb.add_option("suite", *suite, "suite with timings of kernels: a name below configs/suites, or a file")
      ->required();
  verb.footer(
      "Writes KERNEL.yaml to -o, whose section 'calibrations' the kernel's own file takes over. 'validate "
      "--calibrations' takes the folder, 'evaluate --calibration' and 'simulate --calibration' a file of it.");
  return [suite](const Options& options) { return run(*suite, options); };
}

}  // namespace tilewright::cli
