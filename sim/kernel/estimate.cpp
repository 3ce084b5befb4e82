#include "sim/kernel/estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "mappings/kernel/occupancy.hpp"
#include "sim/kernel/copy_costs.hpp"
#include "sim/kernel/energy.hpp"
#include "sim/kernel/least_time.hpp"
#include "sim/kernel/pass_time.hpp"
#include "sim/kernel/traffic.hpp"
#include "sim/nest/makespan.hpp"

namespace tilewright {

namespace {

double clock_of(const PreparedKernel& prepared, const KernelParameters& parameters) {
  return parameters.clock_Hz > 0 ? parameters.clock_Hz : prepared.arch.clock_Hz;
}

// A copy of a kind at a multiprocessor's share of the memory next to it.
double port_cycles(const PreparedKernel& prepared, const CopyCosts& copies, Copy kind) {
  return copies.memories.empty() ? 0 : copies.memories.front().cycles(kind) * prepared.multiprocessors;
}

// What K and V add to a visit of so many cycles. Where the kernel hides copies, the next one into the place of
// these begins half way through their visit (sim/kernel/cycle/multiprocessor.cpp) and has the time of as many
// visits as there are stages, of all blocks beside it, before it is needed.
double copy_cycles(const PreparedKernel& prepared, const CopyCosts& copies, double visit) {
  const double port = port_cycles(prepared, copies, Copy::key_value) + port_cycles(prepared, copies, Copy::sums);
  const double copy = copies.latency_cycles[index(Copy::key_value)] + port;
  if (!prepared.kernel.copies_hidden) return copy;
  const double stages = std::max(1.0, prepared.kernel.stages);
  return std::max(0.0, std::max(port, (visit / 2 + copy) / (stages * prepared.resident)) - visit);
}

// What a visit takes, part by part; no unit takes less than its work.
struct VisitParts {
  double matrix = 0;
  double softmax = 0;  // that is not hidden
  double mask = 0;
  double copy = 0;         // K and V that are not there yet
  double copy_masked = 0;  // of a visit with the element mask
};

VisitParts visit_parts(const PreparedKernel& prepared, const KernelParameters& parameters) {
  const UnitWork& work = prepared.work.visit;
  const double exposed = prepared.kernel.softmax_under_products ? parameters.exposed : 1;
  VisitParts parts;
  parts.matrix = work.matrix_cycles / parameters.matrix_efficiency;
  parts.softmax = exposed * work.softmax_cycles();
  for (const double cycles : work.unit_cycles) parts.softmax = std::max(parts.softmax, cycles - parts.matrix);
  // Products that run under the softmax beside it hold their unit all the same.
  const double beside = std::max(0.0, work.matrix_cycles - parts.matrix);
  parts.matrix += beside;
  parts.softmax -= beside;
  parts.mask = parameters.mask_operations * prepared.work.mask_vector_cycles;
  return parts;
}

VisitParts visit_parts(const PreparedKernel& prepared, const KernelParameters& parameters,
                       const CopyCosts& copies) {
  VisitParts parts = visit_parts(prepared, parameters);
  const double busy = parts.matrix + parts.softmax;
  parts.copy = copy_cycles(prepared, copies, busy);
  parts.copy_masked = copy_cycles(prepared, copies, busy + parts.mask);
  return parts;
}

VisitCycles visit_cycles(const VisitParts& parts) {
  const double busy = parts.matrix + parts.softmax;
  return {busy + parts.copy, busy + parts.mask + parts.copy_masked};
}

CopyCosts costs_of_copies(const PreparedKernel& prepared, const KernelParameters& parameters) {
  return copy_costs(prepared, parameters, prepared.read_B, clock_of(prepared, parameters));
}

// What a block takes once, and once per Q tile.
double start_cycles(const PreparedKernel& prepared, const KernelParameters& parameters) {
  return prepared.arch.block_launch_s * clock_of(prepared, parameters);
}
double tile_cycles(const PreparedKernel& prepared, const KernelParameters& parameters) {
  const UnitWork& tile = prepared.work.tile;
  return parameters.tile_cycles + tile.matrix_cycles / std::min(1.0, parameters.matrix_efficiency) +
         tile.softmax_cycles();
}

// Until the first Q tile, K and V of a block are there, beyond its prologue: half of the cycles of a Q tile.
// `at_once`: multiprocessors that ask at the same time.
double first_copies(const PreparedKernel& prepared, const KernelParameters& parameters, const CopyCosts& copies,
                    double at_once) {
  const auto both = [&](const std::function<double(Copy)>& cycles) {
    return cycles(Copy::query) + (prepared.kernel.copies_hidden ? cycles(Copy::key_value) : 0);
  };
  double longest = both([&](Copy kind) { return port_cycles(prepared, copies, kind); });
  for (const CopyCosts::Memory& memory : copies.memories)
    longest = std::max(longest, at_once * both([&](Copy kind) { return memory.cycles(kind); }));
  const double latency =
      std::max(copies.latency_cycles[index(Copy::query)],
               prepared.kernel.copies_hidden ? copies.latency_cycles[index(Copy::key_value)] : 0);
  return std::max(0.0, latency + longest - parameters.tile_cycles / 2);
}

// What does not differ between blocks, once for all.
class BlockTimes {
 public:
  BlockTimes(const PreparedKernel& prepared, const KernelParameters& parameters, const CopyCosts& copies)
      : visit_(visit_cycles(visit_parts(prepared, parameters, copies))),
        start_(start_cycles(prepared, parameters)),
        tile_(tile_cycles(prepared, parameters)) {}

  [[nodiscard]] double of(const BlockRun& block) const {
    return start_ + block.tiles * tile_ + block.full * visit_.full + block.partial * visit_.masked;
  }

 private:
  VisitCycles visit_;
  double start_;
  double tile_;
};

class Estimate {
 public:
  Estimate(const PreparedKernel& prepared, const KernelParameters& parameters)
      : prepared_(prepared), parameters_(parameters) {
    result_.clock_Hz = clock_of(prepared, parameters);
    result_.unit_busy_s.assign(prepared.arch.units.size(), 0);
    result_.level_read_B = prepared.read_B;
    result_.level_write_B = prepared.write_B;
    result_.level_time_s.assign(prepared.arch.levels.size(), 0);
  }

  // No copy takes less than nothing, the last block does not end before the mean multiprocessor has done its work,
  // nor before any memory has delivered its bytes. Passes before and after take what they take.
  double least_s() {
    launch_s_ = parameters_.launch_s > 0 ? parameters_.launch_s : prepared_.arch.launch_s;
    if (prepared_.fused) {
      result_.blocks = prepared_.blocks.count();
      result_.shares.launch_s += launch_s_;
      const double per_block_s = 1 / (prepared_.multiprocessors * result_.clock_Hz);
      own_work(visit_parts(prepared_, parameters_), prepared_.blocks.visits(), per_block_s);
      const double busy_s = result_.shares.sum_s() - launch_s_;
      result_.shares.memory_s = std::max(0.0, longest_memory_s() - busy_s);
    }
    for (const PreparedPass& pass : prepared_.passes) add(pass);
    wait_for_host();
    return result_.shares.sum_s();
  }

  KernelResult make() {
    launch_s_ = parameters_.launch_s > 0 ? parameters_.launch_s : prepared_.arch.launch_s;
    if (prepared_.fused) fused();
    for (const PreparedPass& pass : prepared_.passes) add(pass);
    wait_for_host();
    result_.time_s = result_.shares.sum_s();
    bind();
    return std::move(result_);
  }

 private:
  void fused() {
    copies_ = costs_of_copies(prepared_, parameters_);
    first_copies_ =
        first_copies(prepared_, parameters_, copies_, std::min(prepared_.slots(), prepared_.blocks.count()));
    result_.occupancy = prepared_.occupancy.blocks;
    result_.blocks = prepared_.blocks.count();
    result_.waves = result_.blocks / prepared_.slots();
    result_.sm_cycles = first_copies_ + makespan();
    result_.shares.launch_s += launch_s_;
    work();
    memories();
  }

  double makespan() const {
    const BlockTimes times(prepared_, parameters_, copies_);
    std::vector<JobSequence> sequences;
    for (const BlockSequence& sequence : prepared_.blocks.sequences) {
      sequences.push_back({{}, sequence.times});
      sequences.back().runs.reserve(sequence.runs.size());
      for (const BlockRun& run : sequence.runs) sequences.back().runs.push_back({run.count, times.of(run)});
    }
    return list_makespan(sequences, prepared_.blocks.times, {prepared_.multiprocessors, prepared_.resident});
  }

  // Each part of the work spread evenly over the multiprocessors; what the last one takes longer is imbalance.
  void work() {
    const double per_block_s = 1 / (prepared_.multiprocessors * result_.clock_Hz);
    const VisitParts parts = visit_parts(prepared_, parameters_, copies_);
    const double visits = prepared_.blocks.visits();
    own_work(parts, visits, per_block_s);
    KernelShares& shares = result_.shares;
    const double all_s = result_.sm_cycles / result_.clock_Hz;
    shares.memory_s =
        first_copies_ / result_.clock_Hz +
        (prepared_.blocks.full() * parts.copy + prepared_.blocks.partial() * parts.copy_masked) * per_block_s;
    const double sum_s = shares.matrix_s + shares.softmax_s + shares.mask_s + shares.tile_s + shares.memory_s;
    shares.imbalance_s = std::max(0.0, all_s - sum_s);
    busy(visits, per_block_s);
  }

  // All but what copies take.
  void own_work(const VisitParts& parts, double visits, double per_block_s) {
    KernelShares& shares = result_.shares;
    shares.matrix_s = visits * parts.matrix * per_block_s;
    shares.softmax_s = visits * parts.softmax * per_block_s;
    shares.mask_s = prepared_.blocks.partial() * parts.mask * per_block_s;
    shares.tile_s =
        (tiles() * tile_cycles(prepared_, parameters_) + result_.blocks * start_cycles(prepared_, parameters_)) *
        per_block_s;
  }

  // Q tiles of all blocks.
  [[nodiscard]] double tiles() const {
    double tiles = 0;
    for (const BlockSequence& sequence : prepared_.blocks.sequences)
      for (const BlockRun& run : sequence.runs)
        tiles += prepared_.blocks.times * sequence.times * run.count * run.tiles;
    return tiles;
  }

  void busy(double visits, double per_block_s) {
    const VisitWork& work = prepared_.work;
    for (const UnitId u : result_.unit_busy_s.ids())
      result_.unit_busy_s[u] +=
          (visits * work.visit.unit_cycles[u] + tiles() * work.tile.unit_cycles[u]) * per_block_s;
    result_.unit_busy_s[work.mask_unit] +=
        prepared_.blocks.partial() * parameters_.mask_operations * work.mask_vector_cycles * per_block_s;
  }

  double longest_memory_s() {
    double longest_s = 0;
    for (const LevelId l : result_.level_time_s.ids()) {
      result_.level_time_s[l] =
          (prepared_.read_B[l] + prepared_.write_B[l]) / achieved_B_per_s(prepared_.arch, parameters_, l);
      longest_s = std::max(longest_s, result_.level_time_s[l]);
    }
    return longest_s;
  }
  void memories() {
    result_.shares.memory_s += std::max(0.0, longest_memory_s() - result_.sm_cycles / result_.clock_Hz);
  }

  void add(const PreparedPass& pass) {
    const double time_s = pass_time_s(pass, prepared_, parameters_, result_.clock_Hz);
    result_.shares.launch_s += pass.often * launch_s_;
    result_.shares.passes_s += time_s;
    result_.passes.push_back({pass.name, time_s});
    result_.level_read_B.front() += pass.read_B;
    result_.level_write_B.front() += pass.write_B;
    result_.level_time_s.front() += memory_s(pass, prepared_) / parameters_.memory_efficiency;
    for (const UnitId u : pass.unit_cycles.ids()) result_.unit_busy_s[u] += pass.unit_cycles[u] / result_.clock_Hz;
  }

  // Where the host launches kernel by kernel, the machine is done before the last launch of a short call.
  void wait_for_host() {
    result_.shares.launch_s += std::max(0.0, prepared_.kernel.host_s - result_.shares.sum_s());
  }

  // The busiest unit or level; where none works half of the time, the order of things.
  void bind() {
    double most_s = result_.time_s / 2;
    const auto offer = [&](double busy_s, Binding binding) {
      if (busy_s <= most_s) return;
      most_s = busy_s;
      result_.binding = binding;
    };
    for (const UnitId u : result_.unit_busy_s.ids()) offer(result_.unit_busy_s[u], u);
    for (const LevelId l : result_.level_time_s.ids()) offer(result_.level_time_s[l], l);
  }

  const PreparedKernel& prepared_;
  const KernelParameters& parameters_;
  CopyCosts copies_;
  double first_copies_ = 0;  // cycles until the first visits begin
  double launch_s_ = 0;
  KernelResult result_;
};

}  // namespace

VisitCycles visit_cycles(const PreparedKernel& prepared, const KernelParameters& parameters) {
  return visit_cycles(visit_parts(prepared, parameters, costs_of_copies(prepared, parameters)));
}

double block_cycles(const PreparedKernel& prepared, const KernelParameters& parameters, const BlockRun& block) {
  return BlockTimes(prepared, parameters, costs_of_copies(prepared, parameters)).of(block);
}

double least_time_s(const PreparedKernel& prepared, const KernelParameters& parameters) {
  return Estimate(prepared, parameters).least_s();
}

KernelResult estimate(const PreparedKernel& prepared, const KernelParameters& parameters) {
  KernelResult result = Estimate(prepared, parameters).make();
  count_energy(prepared, result);
  return result;
}

}  // namespace tilewright
