#include <fmt/format.h>

#include <memory>
#include <optional>

#include "cli/command.hpp"
#include "cli/log.hpp"
#include "cli/point_options.hpp"
#include "common/error.hpp"
#include "common/file.hpp"
#include "explore/check_function.hpp"
#include "report/mask_picture.hpp"
#include "report/waterfall_picture.hpp"
#include "sim/systemc/simulation_options.hpp"

namespace tilewright::cli {

namespace {

struct Arguments {
  PointOptions point;
  SimulationOptions simulation;
  TraceOptions trace;
  std::filesystem::path waterfall;
  std::string schedule;
  bool check = false;
};

// Before a long simulation.
void require_svg(const std::filesystem::path& file) {
  if (file.extension() != ".svg")
    throw InputError(fmt::format("--waterfall: expected a file that ends in .svg, got '{}'", file.string()));
}

void write_waterfall(const Waterfall& waterfall, const std::filesystem::path& file, const Record& record) {
  const std::string title = fmt::format("{} on {}", record.text("mapping"), record.text("arch"));
  write_file(file, picture_files({draw_waterfall(waterfall, title)}, title, false).at("waterfall.svg"));
}

// Prints what the outputs of a run with data are; false where they are not those of the cascade.
bool check(const Point& point, const Options& options) {
  Library library;
  const CheckedPoint checked = check_function(point, {}, library);
  for (const std::string& warning : checked.warnings) log_warning(warning);
  print_sections(checked.tables(Table::format(options.format)), options);
  if (!options.output.empty()) {
    const auto file = std::filesystem::path(options.output) / "check.csv";
    write_file(file, checked.tables(Table::Format::csv).front().second.str(Table::Format::csv));
    announce(file, options);
  }
  for (const std::string& wrong : checked.faults()) log_error(wrong);
  return checked.check.passed();
}

}  // namespace

Action add_simulate(Verb& verb) {
  const auto arguments = std::make_shared<Arguments>();
  add_point_options(verb, arguments->point);
  verb.add_flag("--exact", arguments->simulation.exact,
                "every visit, or every tile of a nest, even where they repeat themselves");
  verb.add_option("--schedule", arguments->schedule,
                  "of a nest of loops: as its mapping says, its Einsums one after another, or as soon as they can")
      ->check(one_of(nest_schedule_names()));
  verb.add_option("--until", arguments->simulation.until_s,
                  "of a nest of loops: ends after so many simulated seconds")
      ->check(in_range(0.0, 1e9));
  Option* file =
      verb.add_option("--trace", arguments->trace.file, "a file for ui.perfetto.dev or chrome://tracing");
  Option* shown = verb.add_option("--trace-multiprocessors", arguments->trace.processes,
                                  "of a kernel, in the trace: the first so many")
                      ->check(in_range(1, 100'000))
                      ->capture_default_str()
                      ->needs(file);
  verb.add_option("--waterfall", arguments->waterfall,
                  "of a nest of loops: an SVG of a few tiles in its pipeline, of the group that takes longest");
  verb.add_flag(
      "--check", arguments->check,
      "of a nest of loops at small shapes: runs it with random inputs, and compares its outputs with those of "
      "its cascade");
  verb.footer("Exit status 1 if --check finds that they differ.");
  return [arguments, &verb, shown](const Options& options) {
    const Point point = point_of(arguments->point, options);
    if (arguments->check) {
      verb.refuse_beside("--check",
                         {"workload", "arch", "mapping", "--set", "--mask", "--arch-set", "--output", "--format"});
      return static_cast<int>(check(point, options) ? done : check_failed);
    }
    SimulationOptions& simulation = arguments->simulation;
    simulation.progress = !options.quiet;
    if (shown->count() > 0) simulation.of_kernels = "--trace-multiprocessors";
    simulation.schedule = find_nest_schedule(arguments->schedule);
    if (!arguments->trace.file.empty()) simulation.trace = arguments->trace;
    std::optional<Waterfall> waterfall;
    if (!arguments->waterfall.empty()) {
      require_svg(arguments->waterfall);
      simulation.waterfall = [&](const Waterfall& shown) { waterfall = shown; };
    }
    Library library;
    const Record record = simulate(point, simulation, library);
    if (waterfall) write_waterfall(*waterfall, arguments->waterfall, record);
    put_out(record, options);
    if (waterfall) announce(arguments->waterfall, options);
    if (simulation.trace) announce(simulation.trace->file, options);
    return static_cast<int>(done);
  };
}

}  // namespace tilewright::cli
