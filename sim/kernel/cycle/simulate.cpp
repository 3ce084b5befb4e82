#include "sim/kernel/cycle/simulate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "common/error.hpp"
#include "common/parallel.hpp"
#include "sim/kernel/cycle/machine.hpp"
#include "sim/kernel/energy.hpp"
#include "sim/kernel/estimate.hpp"
#include "sim/kernel/traffic.hpp"

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
  shape.sums = prepared.view.sum_B > 0;
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
          (result_.level_read_B[l] + result_.level_write_B[l]) / achieved_B_per_s(prepared_.arch, parameters_, l);
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

// A simulation with what it counted.
struct Run {
  Tally tally;
  MemoryPath memory;
};

class Runner {
 public:
  Runner(const PreparedKernel& prepared, const KernelParameters& parameters, const SimulationOptions& options,
         double clock_Hz)
      : prepared_(prepared),
        parameters_(parameters),
        options_(options),
        clock_Hz_(clock_Hz),
        costs_(stage_costs(prepared, parameters, clock_Hz)) {}

  // The share of copies that comes from the outermost memory is the estimate's at first. Where the blocks, as they
  // then ran, needed another, they run again with that.
  Run run() {
    ByLevel<double> read_B = prepared_.read_B;
    Run first = run(read_B);
    if (first.memory.empty()) return first;
    const LevelId outermost = first.memory.outermost();
    OutermostTraffic counted = count(first.tally);
    const double estimated_B = std::exchange(read_B[outermost], counted.read_B);
    if (std::abs(read_B[outermost] - estimated_B) > worth_another_run * estimated_B) {
      first = run(read_B);
      counted = count(first.tally);
    }
    const double outputs_B = prepared_.write_B[outermost] - prepared_.sum_B[outermost];
    first.memory.set_bytes(outermost, counted.read_B, outputs_B + counted.sum_B);
    return first;
  }

 private:
  static constexpr double worth_another_run = 0.01;

  [[nodiscard]] OutermostTraffic count(const Tally& tally) const {
    const double keys =
        replayed_keys(prepared_, launch_tiles(prepared_), tally.visited, keys_below_outermost(prepared_));
    return outermost_traffic(prepared_, keys);
  }

  [[nodiscard]] Run run(const ByLevel<double>& read_B) const {
    Run run{{}, MemoryPath(prepared_, parameters_, read_B, clock_Hz_)};
    BlockQueue queue(prepared_.blocks);
    const MachineShape shape = shape_of(prepared_, costs_, run.memory, options_.exact);
    std::optional<Trace> trace;
    if (options_.trace) trace.emplace(*options_.trace, TraceClock{clock_Hz_, "sm_cycles"});
    SimulatedGpu machine{shape, run.memory, queue, trace ? &*trace : nullptr, {}};
    machine.tally.visited.resize(static_cast<std::size_t>(prepared_.blocks.count()));
    tilewright::run(machine);
    stop_if_interrupted();
    if (trace) finish(*trace, machine.tally);
    run.tally = std::move(machine.tally);
    return run;
  }

  void finish(Trace& trace, const Tally& tally) const {
    trace.finish(tally.end, {{"about", fmt::format("{} on {}", prepared_.kernel.name, prepared_.arch.name)},
                             {"multiprocessors", prepared_.multiprocessors},
                             {"multiprocessors_shown",
                              std::min(prepared_.multiprocessors, static_cast<double>(options_.trace->processes))},
                             {"not_shown", "launches of kernels, and passes before and after the fused kernel"}});
  }

  const PreparedKernel& prepared_;
  const KernelParameters& parameters_;
  const SimulationOptions& options_;
  double clock_Hz_;
  StageCosts costs_;
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
  const Run run = Runner(prepared, parameters, options, estimated.clock_Hz).run();
  KernelResult result = Simulated(prepared, parameters, std::move(estimated)).make(run.tally, run.memory);
  count_energy(prepared, result);
  return result;
}

}  // namespace tilewright
