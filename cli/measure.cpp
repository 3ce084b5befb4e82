#include <fmt/format.h>

#include <memory>
#include <optional>

#include "cli/command.hpp"
#include "cli/log.hpp"
#include "common/file.hpp"
#include "common/parallel.hpp"
#include "common/process.hpp"
#include "measure/expand.hpp"
#include "measure/summary.hpp"

namespace tilewright::cli {

namespace {

namespace fs = std::filesystem;

constexpr const char* runner = "tilewright-kernels";
constexpr int lost = 4;  // the runner's exit status for a device that its process can use no more

struct Arguments {
  std::string suite;
  std::string plan;
  std::string only;
};

fs::path find_runner() {
  const fs::path program = program_folder() / runner;
  if (!fs::exists(program))
    throw MissingError(
        fmt::format("no {} beside this program: 'make kernels' builds it, with nvcc of the CUDA Toolkit; "
                    "--plan FILE writes what to measure on another machine",
                    runner));
  return program;
}

void write_plan(const fs::path& file, const std::vector<plan::Row>& rows, const Options& options) {
  write_file(file, plan::write_plan(rows));
  announce(file, options);
}

// What the runner refuses it has said itself.
int measure(const MeasureSuite& suite, const std::vector<plan::Row>& rows, const Options& options) {
  const fs::path folder = options.output.empty() ? fs::path("results") / suite.name : fs::path(options.output);
  const fs::path results = folder / "results.csv";
  const fs::path program = find_runner();
  require_writable(folder);
  write_plan(folder / "plan.csv", rows, options);
  int status = lost;
  while (status == lost)  // one that loses the device leaves the rest to a new process, and less of it each time
    status = run_program(program, {(folder / "plan.csv").string(), "-o", results.string()});
  if (status == wrong_input || status == missing) return status;
  if (status != done && status != check_failed && status != stopped)
    throw std::runtime_error(fmt::format("{} ended with exit status {}", runner, status));
  accept_interrupt();
  const std::vector<plan::Measurement> measurements = measurements_of(rows, read_measurements(results));
  print(summary_of(measurements), options);
  for (const std::string& line : unsteady_points(measurements, suite.spread)) log_warning(line);
  announce(results, options);
  return status == stopped || all_right(measurements) ? status : check_failed;
}

}  // namespace

Action add_measure(Verb& verb) {
  const auto arguments = std::make_shared<Arguments>();
  verb.add_option("suite", arguments->suite, "name below configs/suites, or a file; one with the key 'measure'")
      ->required();
  verb.add_option("--plan", arguments->plan, "write the points to this CSV file, and measure nothing");
  verb.add_option("--only", arguments->only, "only the points with this text in their names");
  verb.footer(
      "Writes plan.csv and results.csv to -o, or to results/<suite>; goes on where results.csv ends. Exit status 1 "
      "if "
      "a result is wrong.");
  return [arguments, &verb](const Options& options) {
    if (!arguments->plan.empty()) verb.refuse_beside("--plan", {"suite", "--only"});
    const MeasureSuite suite = parse_measure_suite(Yaml::load(find_config("suites", arguments->suite)));
    std::vector<plan::Row> rows = expand(suite);
    if (!arguments->only.empty()) rows = only(rows, arguments->only);
    if (arguments->plan.empty()) return measure(suite, rows, options);
    write_plan(arguments->plan, rows, options);
    return static_cast<int>(done);
  };
}

}  // namespace tilewright::cli
