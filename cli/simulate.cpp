#include "sim/kernel/cycle/simulate.hpp"

#include <memory>

#include "cli/command.hpp"
#include "cli/point_options.hpp"

namespace tilewright::cli {

namespace {

struct Arguments {
  PointOptions point;
  SimulationOptions simulation;
  TraceOptions trace;
};

}  // namespace

Action add_simulate(CLI::App& verb) {
  const auto arguments = std::make_shared<Arguments>();
  add_point_options(verb, arguments->point);
  verb.add_flag("--exact", arguments->simulation.exact, "every visit, even where they repeat themselves");
  CLI::Option* file =
      verb.add_option("--trace", arguments->trace.file, "a file for ui.perfetto.dev or chrome://tracing");
  verb.add_option("--trace-multiprocessors", arguments->trace.processes, "in the trace: the first so many")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str()
      ->needs(file);
  return [arguments](const Options& options) {
    const Point point = point_of(arguments->point, options);
    SimulationOptions& simulation = arguments->simulation;
    if (!arguments->trace.file.empty()) simulation.trace = arguments->trace;
    Library library;
    put_out(simulate(point, simulation, library), options);
    if (simulation.trace) announce(simulation.trace->file, options);
    return static_cast<int>(done);
  };
}

}  // namespace tilewright::cli
