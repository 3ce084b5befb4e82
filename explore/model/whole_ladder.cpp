#include "explore/model/whole_ladder.hpp"

#include <algorithm>
#include <variant>

#include "sim/bound/ladder.hpp"
#include "sim/kernel/shape.hpp"

namespace tilewright {

namespace {

// Those of the kernel; of one that a search has found, as its record names them; else those of a baseline.
Tiling tiling_of(const Point& point, const Record& record, const Attention& problem, Library& library) {
  Tiling tiling = baseline_tiling(problem);
  const std::string queries = record.text("kernel.q_tile");
  if (queries.empty()) return tiling;
  tiling.query_tile = parse_extents(queries, "kernel.q_tile");
  tiling.key_tile = parse_extents(record.text("kernel.kv_tile"), "kernel.kv_tile");
  if (tiling.query_tile.size() < problem.requests.front().layout.dimensions()) tiling.order = TileOrder::flat;
  if (!point.mapping.empty())
    choose_tiles(std::get<KernelCandidate>(candidate_of(point, library).mapping).kernel, problem, tiling);
  return tiling;
}

// At the clock of the record, where that is faster: no kernel is faster than its bound.
Arch at_clock_of(const Record& record, Arch arch) {
  const auto cycles = record.number("cycles");
  const auto time_s = record.number("time_s");
  if (cycles && time_s) arch.clock_Hz = std::max(arch.clock_Hz, *cycles / *time_s);
  return arch;
}

}  // namespace

void WholeLadder::add(const Point& point, const Record& record, double times, double baseline_s, Library& library) {
  Workload workload = parse_workload(library.workload(point.workload), point.set);
  if (!point.mask.empty()) workload.set_mask(point.mask);
  workload.set_selection(point.selection, "selection");
  const Attention problem = attention_of(workload, cascade_of(workload, record, library));
  const Tiling tiling = tiling_of(point, record, problem, library);
  const TileMachine machine = tile_machine_of(at_clock_of(record, arch_), problem, tiling);
  parts_.push_back({times, baseline_s, climb(problem, tiling, &machine).rungs});
}

std::vector<WholeRung> WholeLadder::rungs(double whole_baseline_s) const {
  std::vector<WholeRung> rungs;
  double attention_s = 0;
  for (const Part& part : parts_) attention_s += part.baseline_s;
  const Part& longest = *std::ranges::max_element(parts_, {}, [](const Part& part) { return part.rungs.size(); });
  std::vector<double> least_s(parts_.size(), 0);
  for (const Rung& named : longest.rungs) {
    double left_s = 0;
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      const auto own = std::ranges::find(parts_[p].rungs, named.name, &Rung::name);
      if (own != parts_[p].rungs.end()) least_s[p] = parts_[p].times * own->time_s;
      left_s += least_s[p];
    }
    rungs.push_back({named.name, attention_s / left_s, whole_baseline_s / (whole_baseline_s - attention_s + left_s),
                     named.holds_for});
  }
  return rungs;
}

}  // namespace tilewright
