#include "validation/validate.hpp"
#include "cli/log.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>

#include "cli/command.hpp"
#include "common/file.hpp"
#include "common/parallel.hpp"
#include "report/parity.hpp"
#include "report/timing_parity.hpp"
#include "sim/kernel/cycle/simulate.hpp"
#include "sim/kernel/estimate.hpp"
#include "validation/gpu/left_out.hpp"
#include "validation/gpu/validate_timings.hpp"

namespace tilewright::cli {

namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::string suite;
  std::string reference;
  std::string data;
  std::string calibrations;
  std::string leave_out;
  bool rows = false;
  bool simulate = false;

  [[nodiscard]] fs::path folder(const fs::path& otherwise) const {
    return reference.empty() ? otherwise : fs::path(reference);
  }
};

void write_rows(const Table& rows, const Options& options, const std::string& name = "validation.csv") {
  if (options.output.empty()) return;
  const auto file = fs::path(options.output) / name;
  write_file(file, rows.str(Table::Format::csv));
  announce(file, options);
}

void warn_of(const std::vector<std::string>& notes) {
  for (const std::string& note : notes) log_warning(note);
}

template <class Validation>
Table shown(const Validation& validation, const Arguments& arguments) {
  return arguments.rows ? validation.rows() : validation.summary();
}

int validate_published(const fs::path& file, const Arguments& arguments, const Options& options) {
  const Suite suite = load_suite(file);
  if (!options.output.empty()) require_writable(options.output);
  Library library;
  const Validation validation = validate(suite, arguments.folder(suite.reference), library, options.jobs);
  if (interrupted()) return stopped;
  warn_of(validation.notes);
  print(arguments.rows ? validation.rows : validation.summary(), options);
  write_rows(validation.rows, options);
  return validation.met() ? done : check_failed;
}

// By source, and by group where the suite asks for it.
void print_models(const TimingValidation& validation, const Arguments& arguments, const Options& options) {
  if (arguments.rows || !validation.grouping) return print(shown(validation, arguments), options);
  std::vector<std::pair<std::string, Table>> sections{{"sources", validation.summary()},
                                                      {"groups", validation.groups()}};
  if (!validation.relative.empty()) sections.emplace_back("relative", validation.ratios());
  if (validation.has_intervals()) sections.emplace_back("intervals", validation.intervals());
  print_sections(sections, options);
}

// Its fits are to the suite's own rows, by the estimate.
void refuse_beside_leave_out(const Arguments& arguments) {
  for (const auto& [option, given] :
       {std::pair("--data", !arguments.data.empty()), std::pair("--calibrations", !arguments.calibrations.empty()),
        std::pair("--simulate", arguments.simulate)})
    if (given) throw InputError(fmt::format("--leave-out: not together with {}", option));
}

TimingValidation validate_models(TimingSuite suite, const Arguments& arguments, Library& library, int jobs) {
  suite.reference = arguments.folder(suite.reference);
  if (!arguments.calibrations.empty()) suite.calibrations = arguments.calibrations;
  const KernelModel cycles = [](const PreparedKernel& prepared, const KernelParameters& parameters) {
    return simulate(prepared, parameters);
  };
  if (!arguments.leave_out.empty()) refuse_beside_leave_out(arguments);
  TimedRows timings = arguments.data.empty() ? read_timings(suite) : read_timings(suite, arguments.data);
  if (!arguments.leave_out.empty())
    return validate_left_out(suite, std::move(timings), arguments.leave_out, library, jobs);
  if (!arguments.simulate) return validate_timings(suite, std::move(timings), estimate, library, jobs);
  return validate_timings(suite, std::move(timings), cycles, library, jobs, estimate);
}

// What is in tables is there all the same.
void write_figures(const TimingValidation& validation, const std::string& suite, const Options& options) {
  try {
    for (const fs::path& written : write_parity(validation, suite, options.output)) announce(written, options);
  } catch (const MissingError& error) {
    log_warning(fmt::format("no figures: {}", error.what()));
  }
}

int validate_published_timings(const Yaml& root, const Arguments& arguments, const Options& options) {
  const TimingSuite suite = parse_timing_suite(root);
  if (!options.output.empty()) require_writable(options.output);
  Library library;
  const TimingValidation validation = validate_models(suite, arguments, library, options.jobs);
  warn_of(validation.notes);
  print_models(validation, arguments, options);
  write_rows(validation.rows(), options);
  if (validation.grouping) write_rows(validation.groups(), options, "validation-groups.csv");
  if (validation.grouping && !options.output.empty()) write_figures(validation, suite.name, options);
  return validation.met() ? done : check_failed;
}

// An option of suites that have timings of kernels.
void refuse(const std::string& option, bool given, const Arguments& arguments) {
  if (given)
    throw InputError(fmt::format("{}: is for suites with timings of kernels; '{}' is another kind of suite", option,
                                 arguments.suite));
}

// Measurements against bounds, and against models where the suite says which.
struct Judged {
  MeasuredValidation bounds;
  std::optional<TimingValidation> models;

  [[nodiscard]] bool met() const { return bounds.met() && (!models || models->met()); }
};

Judged judge_measurements(const Yaml& root, const Arguments& arguments, const Options& options) {
  const MeasuredSuite suite = parse_measured_suite(root);
  std::optional<TimingSuite> timings;
  if (is_timing_suite(root)) timings = parse_timing_suite(root);
  refuse("--simulate", arguments.simulate && !timings, arguments);
  refuse("--calibrations", !arguments.calibrations.empty() && !timings, arguments);
  refuse("--leave-out", !arguments.leave_out.empty() && !timings, arguments);
  if (!options.output.empty()) require_writable(options.output);
  const fs::path folder = arguments.folder(suite.measurements);
  const std::vector<fs::path> files =
      arguments.data.empty() ? results_files(suite, folder) : std::vector<fs::path>{arguments.data};
  Library library;
  Judged judged{validate_measured(suite, files, library, options.jobs), {}};
  if (timings) judged.models = validate_models(*timings, arguments, library, options.jobs);
  return judged;
}

void show(const Judged& judged, const Arguments& arguments, const Options& options) {
  warn_of(judged.bounds.notes);
  const Table bounds = shown(judged.bounds, arguments);
  if (!judged.models) return print(bounds, options);
  warn_of(judged.models->notes);
  std::vector<std::pair<std::string, Table>> sections{{"bounds", bounds},
                                                      {"models", shown(*judged.models, arguments)}};
  if (judged.models->grouping && !arguments.rows) sections.emplace_back("groups", judged.models->groups());
  print_sections(sections, options);
}

int validate_measurements(const Yaml& root, const Arguments& arguments, const Options& options) {
  const Judged judged = judge_measurements(root, arguments, options);
  show(judged, arguments, options);
  if (!options.output.empty())
    for (const fs::path& written : write_parity(judged.bounds, options.output)) announce(written, options);
  write_rows(judged.bounds.rows(), options);
  if (judged.models) write_rows(judged.models->rows(), options, "validation-models.csv");
  if (judged.models && judged.models->grouping)
    write_rows(judged.models->groups(), options, "validation-groups.csv");
  for (const std::string& fault : judged.bounds.faults) log_error(fault);
  return judged.met() ? done : check_failed;
}

}  // namespace

Action add_validate(Verb& verb) {
  const auto arguments = std::make_shared<Arguments>();
  verb.add_option("suite", arguments->suite, "name below configs/suites, or a file")->required();
  verb.add_option("--reference", arguments->reference,
                  "another folder of tables with the same names and columns, or of results files of 'measure'");
  verb.add_option("--data", arguments->data,
                  "a file with the columns of the suite's tables, or of results of 'measure', in place of its own");
  verb.add_option("--calibrations", arguments->calibrations, "a folder that 'calibrate -o' wrote")
      ->check(existing_folder());
  verb.add_option(
      "--leave-out", arguments->leave_out,
      "of suites with a joint fit: leave every text of this column out in turn, such as device, fit the rest, "
      "and predict what was left out");
  verb.add_flag("--simulate", arguments->simulate,
                "predict by the cycle simulation, and say where the estimate differs");
  verb.add_flag("--rows", arguments->rows, "every compared value, not only the largest error of each column");
  verb.footer(
      "Exit status 1 if an error is larger than the suite allows, a measured result is wrong, or a bound is "
      "beaten.\n"
      "Writes validation.csv to -o, and of measurements also validation-models.csv, index.html and its figures, "
      "parity.svg and parity-bytes.svg; of suites with groups validation-groups.csv, index.html, parity.svg and "
      "residuals.svg.");
  return [arguments](const Options& options) {
    const fs::path file = find_config("suites", arguments->suite);
    const Yaml root = Yaml::load(file);
    if (is_measure_suite(root)) return validate_measurements(root, *arguments, options);
    if (is_timing_suite(root)) return validate_published_timings(root, *arguments, options);
    refuse("--data", !arguments->data.empty(), *arguments);
    refuse("--simulate", arguments->simulate, *arguments);
    refuse("--calibrations", !arguments->calibrations.empty(), *arguments);
    refuse("--leave-out", !arguments->leave_out.empty(), *arguments);
    return validate_published(file, *arguments, options);
  };
}

}  // namespace tilewright::cli
