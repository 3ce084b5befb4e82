// What a user says of a simulation, of a kernel or of a nest of loops.
#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "sim/systemc/trace.hpp"

namespace tilewright {

struct Waterfall;

/// How the Einsums of a nest follow one another.
enum class NestSchedule {
  given,       ///< steps as the mapping has them; `pipelined`: by dependences
  sequential,  ///< one Einsum after another
  automatic    ///< by dependences, tiles overlapping as far as buffers have room
};

/// "given", "sequential", "auto": as options and files say it.
const std::vector<std::string>& nest_schedule_names();
const std::string& to_text(NestSchedule schedule);
/// Nothing for any other name.
std::optional<NestSchedule> find_nest_schedule(const std::string& name);

struct SimulationOptions {
  /// Every visit of every block, and every tile. Otherwise what repeats itself goes many visits or tiles ahead at
  /// once: multiprocessors where no memory is near its bandwidth, nests where their state comes again.
  bool exact = false;
  std::optional<TraceOptions> trace = {};                    ///< a process per multiprocessor, or one for a nest
  std::optional<NestSchedule> schedule = {};                 ///< of a nest; nothing: as given
  double until_s = std::numeric_limits<double>::infinity();  ///< of a nest: ends there, with less done
  std::function<void(const Waterfall&)> waterfall = {};      ///< of a nest: takes a picture of its pipeline
  std::string of_kernels = {};  ///< an option that was given and is for kernels, as the user wrote it
  bool progress = false;        ///< of a nest: a line on a terminal that says how far it is
};

}  // namespace tilewright
