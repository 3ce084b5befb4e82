#include "sim/kernel/cycle/simulate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/error.hpp"
#include "common/parallel.hpp"
#include "sim/kernel/cycle/machine.hpp"
#include "sim/kernel/estimate.hpp"

namespace tilewright {

namespace {

// Visits are skipped where steady copies leave every memory this much time to itself: then its queues are short,
// and what other multiprocessors do does not change how long a visit takes.
constexpr double most_load_to_skip = 0.7;

MachineShape shape_of(const PreparedKernel& prepared, const StageCosts& costs, const MemoryPath& memory,
                      bool exact) {
  MachineShape shape;
  shape.costs = costs;
  shape.multiprocessors = static_cast<std::size_t>(prepared.multiprocessors);
  shape.resident = static_cast<std::size_t>(prepared.resident);
  shape.stages = static_cast<std::size_t>(std::max(1.0, prepared.kernel.stages));
  shape.copies_hidden = prepared.kernel.copies_hidden;
  shape.persistent = prepared.kernel.schedule.persistent;
  const double visits_per_cycle = prepared.multiprocessors / costs.steady_visit();
  shape.skips = !exact && memory.load(visits_per_cycle) < most_load_to_skip;
  return shape;
}

constexpr double most_blocks = 5e7;           // some minutes
constexpr double most_multiprocessors = 1e5;  // of a few kB each
constexpr double most_cycles = 1e13;          // so that ticks can be counted

void require_possible(const PreparedKernel& prepared, const KernelResult& estimated) {
  const auto require = [](const char* what, double value, double most) {
    if (!(value <= most))
      throw InputError(fmt::format("{:.4g} {} are more than the {:.4g} that can be simulated", value, what, most));
  };
  require("thread blocks", estimated.blocks, most_blocks);
  require("multiprocessors", prepared.multiprocessors, most_multiprocessors);
  require("cycles", estimated.sm_cycles, most_cycles);
  for (const Level& level : prepared.arch.levels)
    if (!std::isnan(level.latency_s))
      require("cycles of latency", level.latency_s * estimated.clock_Hz, most_cycles);
}

// The estimate's result, with what the simulation says of the fused kernel in place of the estimate's.
class Simulated {
 public:
  Simulated(const PreparedKernel& prepared, const KernelParameters& parameters, KernelResult result)
      : prepared_(prepared), parameters_(parameters), result_(std::move(result)) {}

  KernelResult make(const Tally& tally, const MemoryPath& memory) {
    result_.sm_cycles = tally.end;
    share(tally);
    result_.level_read_B = memory.read_B();
    result_.level_write_B = memory.write_B();
    busy(tally);
    for (const PreparedPass& pass : prepared_.passes) add(pass);
    for (const LevelId l : result_.level_time_s.ids())
      result_.level_time_s[l] =
          (result_.level_read_B[l] + result_.level_write_B[l]) / prepared_.arch.levels[l].achievable_B_per_s;
    result_.time_s = result_.shares.sum_s();
    bind();
    return std::move(result_);
  }

 private:
  // What held a multiprocessor, on average; the rest of its time until its last block ended it waited for memories.
  void share(const Tally& tally) {
    const double each_s = 1 / (prepared_.multiprocessors * result_.clock_Hz);
    KernelShares& shares = result_.shares;
    shares.matrix_s = tally.products * each_s;
    shares.softmax_s = tally.softmax * each_s;
    shares.mask_s = tally.mask * each_s;
    shares.tile_s = tally.tile * each_s;
    double last = 0;
    double ends = 0;
    for (const double end : tally.multiprocessors) {
      last = std::max(last, end);
      ends += end;
    }
    shares.imbalance_s = last / result_.clock_Hz - ends * each_s;
    const double held_s = shares.matrix_s + shares.softmax_s + shares.mask_s + shares.tile_s + shares.imbalance_s;
    const double waits_s = tally.end / result_.clock_Hz - held_s;
    shares.memory_s = std::max(0.0, waits_s);
    // Blocks launch while others work; what was skipped may be counted a little too long.
    const double over_s = std::min(0.0, waits_s);
    const double launches_s = std::min(shares.tile_s, -over_s);
    shares.tile_s -= launches_s;
    shares.matrix_s += over_s + launches_s;
  }

  void busy(const Tally& tally) {
    const double each_s = 1 / (prepared_.multiprocessors * result_.clock_Hz);
    const VisitWork& work = prepared_.work;
    for (const UnitId u : result_.unit_busy_s.ids())
      result_.unit_busy_s[u] =
          (tally.visits * work.visit.unit_cycles[u] + tally.tiles * work.tile.unit_cycles[u]) * each_s;
    result_.unit_busy_s[work.mask_unit] +=
        tally.masked * parameters_.mask_operations * work.mask_vector_cycles * each_s;
  }

  void add(const PreparedPass& pass) {
    result_.level_read_B.front() += pass.read_B;
    result_.level_write_B.front() += pass.write_B;
    for (const UnitId u : pass.unit_cycles.ids()) result_.unit_busy_s[u] += pass.unit_cycles[u] / result_.clock_Hz;
  }

  // As the estimate: the busiest unit or level, where one is busy more than half of the time.
  void bind() {
    result_.binding = {};
    double most_s = result_.time_s / 2;
    const auto offer = [&](const auto& busy_s) {
      for (const auto id : busy_s.ids())
        if (busy_s[id] > most_s) {
          most_s = busy_s[id];
          result_.binding = id;
        }
    };
    offer(result_.unit_busy_s);
    offer(result_.level_time_s);
  }

  const PreparedKernel& prepared_;
  const KernelParameters& parameters_;
  KernelResult result_;
};

}  // namespace

KernelResult simulate(const PreparedKernel& prepared, const KernelParameters& parameters,
                      const SimulationOptions& options) {
  KernelResult estimated = estimate(prepared, parameters);
  if (!prepared.fused) {
    if (options.trace)
      throw InputError(
          fmt::format("kernel '{}' has no fused part, so there is nothing to trace", prepared.kernel.name));
    return estimated;
  }
  require_possible(prepared, estimated);
  MemoryPath memory(prepared, estimated.clock_Hz);
  BlockQueue queue(prepared.blocks);
  const StageCosts costs = stage_costs(prepared, parameters, estimated.clock_Hz);
  const MachineShape shape = shape_of(prepared, costs, memory, options.exact);
  std::optional<Trace> trace;
  if (options.trace) trace.emplace(*options.trace, TraceClock{estimated.clock_Hz, "sm_cycles"});
  SimulatedGpu machine{shape, memory, queue, trace ? &*trace : nullptr, {}};
  run(machine);
  stop_if_interrupted();
  if (trace)
    trace->finish(machine.tally.end,
                  {{"about", fmt::format("{} on {}", prepared.kernel.name, prepared.arch.name)},
                   {"multiprocessors", prepared.multiprocessors},
                   {"multiprocessors_shown",
                    std::min(prepared.multiprocessors, static_cast<double>(options.trace->processes))},
                   {"not_shown", "launches of kernels, and passes before and after the fused kernel"}});
  return Simulated(prepared, parameters, std::move(estimated)).make(machine.tally, memory);
}

}  // namespace tilewright
