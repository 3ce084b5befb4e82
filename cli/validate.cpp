#include "validation/validate.hpp"

#include <fmt/format.h>

#include <memory>

#include <spdlog/spdlog.h>

#include "cli/command.hpp"
#include "common/file.hpp"
#include "common/parallel.hpp"
#include "report/parity.hpp"
#include "sim/analytic/kernel_estimate.hpp"
#include "sim/cycle/simulate.hpp"
#include "validation/gpu/validate_timings.hpp"

namespace tilewright::cli {

namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::string suite;
  std::string reference;
  std::string data;
  bool rows = false;
  bool simulate = false;

  [[nodiscard]] fs::path folder(const fs::path& otherwise) const {
    return reference.empty() ? otherwise : fs::path(reference);
  }
};

void write_rows(const Table& rows, const Options& options) {
  const auto file = fs::path(options.output) / "validation.csv";
  write_file(file, rows.str(Table::Format::csv));
  announce(file, options);
}

int validate_published(const fs::path& file, const Arguments& arguments, const Options& options) {
  const Suite suite = load_suite(file);
  if (!options.output.empty()) require_writable(options.output);
  Library library;
  const Validation validation = validate(suite, arguments.folder(suite.reference), library, options.jobs);
  if (interrupted()) return stopped;
  for (const std::string& note : validation.notes) spdlog::warn("{}", note);
  print(arguments.rows ? validation.rows : validation.summary(), options);
  if (!options.output.empty()) write_rows(validation.rows, options);
  return validation.met() ? done : check_failed;
}

int validate_measurements(const Yaml& root, const Arguments& arguments, const Options& options) {
  const MeasuredSuite suite = parse_measured_suite(root);
  if (!options.output.empty()) require_writable(options.output);
  Library library;
  const MeasuredValidation validation =
      validate_measured(suite, arguments.folder(suite.measurements), library, options.jobs);
  for (const std::string& note : validation.notes) spdlog::warn("{}", note);
  print(arguments.rows ? validation.rows() : validation.summary(), options);
  if (!options.output.empty()) {
    for (const fs::path& written : write_parity(validation, options.output)) announce(written, options);
    write_rows(validation.rows(), options);
  }
  for (const std::string& fault : validation.faults) spdlog::error("{}", fault);
  return validation.met() ? done : check_failed;
}

int validate_published_timings(const Yaml& root, const Arguments& arguments, const Options& options) {
  TimingSuite suite = parse_timing_suite(root);
  suite.reference = arguments.folder(suite.reference);
  if (!options.output.empty()) require_writable(options.output);
  Library library;
  const KernelModel cycles = [](const PreparedKernel& prepared, const KernelParameters& parameters) {
    return simulate(prepared, parameters);
  };
  TimedRows timings = arguments.data.empty() ? read_timings(suite) : read_timings(suite, arguments.data);
  const TimingValidation validation =
      validate_timings(suite, std::move(timings), arguments.simulate ? cycles : estimate, library, options.jobs);
  for (const std::string& note : validation.notes) spdlog::warn("{}", note);
  print(arguments.rows ? validation.rows() : validation.summary(), options);
  if (!options.output.empty()) write_rows(validation.rows(), options);
  return validation.met() ? done : check_failed;
}

// Options of suites of published timings.
void refuse_timing_options(const Arguments& arguments) {
  for (const auto& [option, given] :
       {std::pair("--data", !arguments.data.empty()), std::pair("--simulate", arguments.simulate)})
    if (given)
      throw InputError(fmt::format("{}: is for suites of published timings; '{}' is another kind of suite", option,
                                   arguments.suite));
}

}  // namespace

Action add_validate(CLI::App& verb) {
  const auto arguments = std::make_shared<Arguments>();
  verb.add_option("suite", arguments->suite, "name below configs/suites, or a file")->required();
  verb.add_option("--reference", arguments->reference,
                  "another folder of tables with the same names and columns, or of results files of 'measure'");
  verb.add_option("--data", arguments->data, "a file with the columns of the suite's tables, in place of its own");
  verb.add_flag("--simulate", arguments->simulate, "predict by the cycle simulation, not by the estimate");
  verb.add_flag("--rows", arguments->rows, "every compared value, not only the largest error of each column");
  verb.footer(
      "Exit status 1 if an error is larger than the suite allows, a measured result is wrong, or a bound is "
      "beaten.\n"
      "Writes validation.csv to -o, and of measurements also index.html and its figures, parity.svg and "
      "parity-bytes.svg.");
  return [arguments](const Options& options) {
    const fs::path file = find_config("suites", arguments->suite);
    const Yaml root = Yaml::load(file);
    if (is_timing_suite(root)) return validate_published_timings(root, *arguments, options);
    refuse_timing_options(*arguments);
    return is_measure_suite(root) ? validate_measurements(root, *arguments, options)
                                  : validate_published(file, *arguments, options);
  };
}

}  // namespace tilewright::cli
