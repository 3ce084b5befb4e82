#include "validation/gpu/calibrate.hpp"

#include <memory>

#include <spdlog/spdlog.h>

#include "cli/command.hpp"
#include "common/file.hpp"
#include "validation/measured.hpp"

namespace tilewright::cli {

namespace {

namespace fs = std::filesystem;

int run(const std::string& name, const Options& options) {
  const Yaml root = Yaml::load(find_config("suites", name));
  const TimingSuite suite = parse_timing_suite(root);
  const fs::path folder = options.output.empty() ? configs_folder() / "calibrations" : fs::path(options.output);
  require_writable(folder);
  Library library;
  if (is_measure_suite(root)) (void)results_files(parse_measured_suite(root), suite.reference);
  const TimedRows rows = read_timings(suite);
  const std::vector<FittedCalibration> fits = calibrate(suite, rows, library, options.jobs);
  print(summary(fits), options);
  for (const FittedCalibration& fit : fits) {
    const fs::path written = folder / (fit.name + ".yaml");
    write_file(written, fit.yaml(suite.name));
    announce(written, options);
  }
  return done;
}

}  // namespace

Action add_calibrate(Verb& verb) {
  const auto suite = std::make_shared<std::string>();
  verb.add_option("suite", *suite, "suite with timings of kernels: a name below configs/suites, or a file")
      ->required();
  verb.footer("Writes KERNEL/ARCH.yaml to -o, or to configs/calibrations, where the models of kernels find it.");
  return [suite](const Options& options) { return run(*suite, options); };
}

}  // namespace tilewright::cli
