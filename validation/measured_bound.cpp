#include "validation/measured_bound.hpp"

#include <algorithm>

#include "measure/work.hpp"
#include "sim/bound/ladder.hpp"

namespace tilewright {

namespace {

void raise(MeasuredBound& bound, double time_s, const std::string& limit) {
  if (time_s > bound.time_s) bound = {time_s, limit};
}

// How much faster than the architecture says the part clocked.
double clock_ratio(const plan::Measurement& measurement, const Arch& arch) {
  return std::max(1.0, measurement.sm_clock_Hz().value_or(0) / arch.clock_Hz);
}

// What the memory below the outermost one can hold back.
double kept_B(const Arch& arch) {
  double kept = 0;
  for (const Level& level : arch.levels)
    if (level.parent == LevelId::at(0) && level.capacity_B < unlimited) kept += level.instances * level.capacity_B;
  return kept;
}

void raise_by_outermost(MeasuredBound& bound, const Arch& arch, plan::Cache cache, double read_B, double write_B) {
  const double kept = kept_B(arch);
  const double moved =
      cache == plan::Cache::warm ? std::max(0.0, read_B + write_B - kept) : read_B + std::max(0.0, write_B - kept);
  raise(bound, moved / arch.levels.front().bandwidth_B_per_s, "bytes of " + arch.levels.front().name);
}

MeasuredBound bound_of_attention(const plan::Measurement& measurement, const Arch& arch) {
  const plan::Row& row = measurement.row;
  const Attention problem = attention_of(row);
  const Tiling tiling = tiling_of(row);
  TileMachine machine = tile_machine_of(arch, problem, tiling);
  // Some of the kernels take no exponentials, or not by the units that have them.
  machine.compute = machine.compute.without_exps();
  machine.compute.scale(clock_ratio(measurement, arch));
  const Ladder ladder = climb(problem, tiling, &machine);
  const bool tiled = row.operation == "attention" && !row.q_tile.empty() && row.blocks.empty();
  MeasuredBound bound;
  raise(bound, ladder.rungs[tiled ? 1 : 0].time_s, tiled ? "pairs of visited tiles" : "pairs");
  if (ladder.traffic.empty()) return bound;
  const MemoryTraffic& outermost = ladder.traffic.front();
  raise_by_outermost(bound, arch, row.cache, outermost.query_B + outermost.key_value_B, outermost.output_B);
  for (std::size_t m = 1; tiled && m < ladder.traffic.size(); ++m)
    raise(bound, ladder.traffic[m].time_s, "bytes of " + ladder.traffic[m].level);
  return bound;
}

MeasuredBound bound_of_stream(const plan::Measurement& measurement, const Arch& arch, const Work& work) {
  MeasuredBound bound;
  if (work.flops) {
    const double per_s =
        compute_of(arch, words_of(measurement.row)).multiply_adds_per_s() * clock_ratio(measurement, arch);
    raise(bound, *work.flops / 2 / per_s, "operations");
  }
  raise_by_outermost(bound, arch, measurement.row.cache, work.read_B, work.write_B);
  return bound;
}

}  // namespace

std::optional<MeasuredBound> bound_of(const plan::Measurement& measurement, const Arch& arch) {
  if (measurement.row.is_micro()) return {};
  if (is_attention(measurement.row)) return bound_of_attention(measurement, arch);
  return bound_of_stream(measurement, arch, *work_of(measurement.row));
}

}  // namespace tilewright
