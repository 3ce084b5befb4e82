#include "explore/model/whole_ladder.hpp"

#include <algorithm>

#include "sim/bound/ladder.hpp"

namespace tilewright {

namespace {

Tiling tiling_of(const Record& record, const Attention& problem) {
  Tiling tiling = baseline_tiling(problem);
  const std::string queries = record.text("kernel.q_tile");
  if (queries.empty()) return tiling;
  tiling.query_tile = parse_extents(queries, "kernel.q_tile");
  tiling.key_tile = parse_extents(record.text("kernel.kv_tile"), "kernel.kv_tile");
  const bool flat = tiling.query_tile.size() < problem.requests.front().layout.dimensions();
  if (flat) tiling.order = TileOrder::flat;
  return tiling;
}

}  // namespace

void WholeLadder::add(const Point& point, const Record& record, double baseline_s, Library& library) {
  Workload workload = parse_workload(library.workload(point.workload), point.set);
  workload.set_mask(point.mask);
  workload.set_selection(point.selection, "selection");
  const Attention problem = attention_of(workload, cascade_of(workload, record, library));
  const Tiling tiling = tiling_of(record, problem);
  const TileMachine machine = tile_machine_of(arch_, problem, tiling);
  const Baseline baseline = mask_baseline(problem, find_mask(baseline_), tiling, &machine);
  parts_.push_back({baseline_s, climb(problem, tiling, &machine, baseline).rungs});
}

std::vector<WholeRung> WholeLadder::rungs(double whole_baseline_s) const {
  std::vector<WholeRung> rungs;
  double attention_s = 0;
  for (const Part& part : parts_) attention_s += part.baseline_s;
  const Part& longest = *std::ranges::max_element(parts_, {}, [](const Part& part) { return part.rungs.size(); });
  std::vector<double> speedups(parts_.size(), 1);
  for (const Rung& named : longest.rungs) {
    double left_s = 0;
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      const auto own = std::ranges::find(parts_[p].rungs, named.name, &Rung::name);
      if (own != parts_[p].rungs.end()) speedups[p] = own->speedup;
      left_s += parts_[p].baseline_s / speedups[p];
    }
    rungs.push_back({named.name, attention_s / left_s, whole_baseline_s / (whole_baseline_s - attention_s + left_s),
                     named.holds_for});
  }
  return rungs;
}

}  // namespace tilewright
