#include "validation/gpu/calibrations_yaml.hpp"

#include <memory>

#include "cli/command.hpp"
#include "common/file.hpp"
#include "validation/measured.hpp"

namespace tilewright::cli {

namespace {

namespace fs = std::filesystem;

int run(const std::string& name, const Options& options) {
  const Yaml root = Yaml::load(find_config("suites", name));
  const TimingSuite suite = parse_timing_suite(root);
  if (!options.output.empty()) require_writable(options.output);
  Library library;
  if (is_measure_suite(root)) (void)results_files(parse_measured_suite(root), suite.reference);
  const TimedRows rows = read_timings(suite);
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
