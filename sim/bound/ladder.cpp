#include "sim/bound/ladder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/error.hpp"
#include "sim/bound/launch_order.hpp"

namespace tilewright {

namespace {

class Climb {
 public:
  Climb(const Attention& problem, const Tiling& tiling, const TileMachine* machine, const Baseline& baseline)
      : problem_(problem), tiling_(tiling), machine_(machine), alike_(problem.requests.size() == 1) {
    if (machine != nullptr) require_whole(problem);
    ladder_.baseline = baseline;
    tile_pairs_ = static_cast<double>(tiling.query_tile_size()) * static_cast<double>(tiling.key_tile_size());
  }

  Ladder climb() {
    for (const Request& request : problem_.requests) add(request);
    if (ladder_.pairs == 0)
      throw InputError(fmt::format("mask '{}' over {}: it has no pairs, so there is nothing to compute or to bound",
                                   problem_.requests.front().masks.front().text,
                                   to_text(problem_.requests.front().layout.keys)));
    compute_tiles();
    const double sequences = alike_ ? 1 : problem_.sequences();
    ladder_.all_pairs /= sequences;
    for (double* sum : {&ladder_.pairs, &ladder_.tiles_visited, &ladder_.tiles_computed, &ladder_.tiles_full,
                        &ladder_.tiles_empty, &ladder_.tiles_dense, &ladder_.query_tiles, &ladder_.wasted_by_mask,
                        &ladder_.wasted_by_padding})
      *sum /= problem_.heads() * sequences;
    ladder_.speedup_flop = ladder_.all_pairs / ladder_.pairs;
    ladder_.speedup_tile_mean = ladder_.all_pairs / computed_pairs();
    ladder_.speedup_tile_apart = ladder_.all_pairs / (ladder_.tiles_visited * tile_pairs_);
    ladder_.speedup_tile_worst = ladder_.dense_key_tiles / ladder_.tiles_worst;
    add_pair_rungs();
    if (machine_ != nullptr) add_machine_rungs();
    return std::move(ladder_);
  }

 private:
  void add(const Request& request) {
    ladder_.all_pairs += weight(request) * request.pairs();
    ladder_.dense_key_tiles =
        std::max(ladder_.dense_key_tiles, std::ceil(request.keys() / static_cast<double>(tiling_.key_tile_size())));
    for (const HeadMask& mask : request.masks)
      add(weight(request) * static_cast<double>(mask.heads), count_tiles(mask.mask, tiling_));
  }

  // In sums over heads, and over sequences where these differ.
  [[nodiscard]] double weight(const Request& request) const { return alike_ ? 1 : request.times; }

  // Sums first, so that what is whole stays whole.
  void add(double heads, const Census& census) {
    ladder_.pairs += heads * static_cast<double>(census.pairs);
    ladder_.tiles_visited += heads * static_cast<double>(census.visited);
    ladder_.tiles_full += heads * static_cast<double>(census.full);
    ladder_.tiles_empty += heads * static_cast<double>(census.empty());
    ladder_.tiles_dense += heads * static_cast<double>(census.dense_tiles());
    ladder_.query_tiles += heads * static_cast<double>(census.query_tiles);
    ladder_.wasted_by_mask += heads * static_cast<double>(census.wasted_by_mask());
    ladder_.wasted_by_padding += heads * census.wasted_by_padding();
    ladder_.tiles_worst = std::max(ladder_.tiles_worst, static_cast<double>(census.worst));
    ladder_.key_tiles = std::max(ladder_.key_tiles, static_cast<double>(census.key_tiles));
    ladder_.censuses.push_back(census);
  }

  // Sums, as above: what is computed and wasted at least, where heads may share Q tiles.
  void compute_tiles() {
    tiles_ = least_query_tiles(problem_, tiling_, ladder_.censuses);
    if (problem_.group() == 1) {
      ladder_.tiles_computed = ladder_.tiles_visited;
      return;
    }
    for (const QueryTiles& each : tiles_) {
      ladder_.tiles_computed += (alike_ ? each.times / problem_.sequences() : each.times) * each.visits();
      ladder_.rows_counted = ladder_.rows_counted && each.rows_counted;
    }
    const double wasted = computed_pairs() - ladder_.pairs;
    ladder_.wasted_by_mask = std::min(ladder_.wasted_by_mask, wasted);
    ladder_.wasted_by_padding = wasted - ladder_.wasted_by_mask;
  }

  // Not by rounding fewer than there are.
  [[nodiscard]] double computed_pairs() const {
    return std::max(ladder_.pairs, ladder_.tiles_computed * tile_pairs_);
  }
  [[nodiscard]] double heads_in_all() const { return problem_.heads() * problem_.sequences(); }

  void add_pair_rungs() {
    const bool shared = problem_.group() > 1;
    add_rung_of_pairs("FLOP", ladder_.pairs, holds_for_any());
    add_rung_of_pairs(
        "tile", computed_pairs(),
        shared ? "compute visited tiles whole, heads packed or apart" : "compute visited tiles whole");
  }

  [[nodiscard]] std::string holds_for_any() const {
    const bool exps = machine_ != nullptr &&
                      std::ranges::any_of(machine_->compute.units, [](auto& unit) { return unit.exps_per_s > 0; });
    return exps ? "take exponentials on units that have them" : "are exact";
  }

  // `pairs`: that are computed per head.
  void add_rung_of_pairs(const std::string& name, double pairs, const std::string& holds_for) {
    if (machine_ == nullptr) {
      ladder_.rungs.push_back({name, ladder_.baseline.pairs / pairs, 0, "pairs", holds_for});
      return;
    }
    const ComputeTime least = machine_->least_time(problem_, pairs * heads_in_all());
    add_rung(name, least.time_s, least.units, holds_for);
  }

  void add_rung(const std::string& name, double time_s, const std::string& limit, const std::string& holds_for) {
    ladder_.rungs.push_back({name, ladder_.baseline.time_s / time_s, time_s, limit, holds_for});
  }

  void add_machine_rungs() {
    ladder_.traffic = least_traffic(problem_, tiling_, tiles_, *machine_);
    const Rung tile = ladder_.rungs.back();
    const MemoryTraffic* slowest = longest(ladder_.traffic, tile.time_s);
    add_rung("traffic", slowest == nullptr ? tile.time_s : slowest->time_s,
             slowest == nullptr ? tile.limit : "bytes of " + slowest->level,
             ladder_.traffic.size() > 1 ? "fetch K and V for every Q tile" : "start with empty caches");
    if (problem_.selection) add_selection();
    add_waves();
    count_tile_list();
    permutation();
  }

  // On the units and in the memories of the machine both take their turns.
  void add_selection() {
    const SelectionFloor floor = selection_floor(problem_);
    const double pairs = computed_pairs() * heads_in_all();
    const ComputeTime compute = machine_->compute.least_time(
        pairs * machine_->compute.multiply_adds(problem_) + floor.multiply_adds * machine_->compute.scored_product,
        pairs);
    const Rung before = ladder_.rungs.back();
    double time_s = before.time_s;
    std::string limit = before.limit;
    const auto offer = [&](double other_s, const std::string& by) {
      if (other_s <= time_s * (1 + 1e-12)) return;
      time_s = other_s;
      limit = by;
    };
    offer(compute.time_s, compute.units);
    for (std::size_t m = 0; m < ladder_.traffic.size(); ++m)
      offer((ladder_.traffic[m].sum_B() + (m == 0 ? floor.outermost_B() : floor.inner_B())) /
                machine_->memories[m].bandwidth_B_per_s,
            "bytes of " + ladder_.traffic[m].level);
    add_rung("selection", time_s, limit, holds_for(*problem_.selection));
    ladder_.selection = floor;
  }

  [[nodiscard]] static std::string holds_for(const Selection& selection) {
    std::string text = selection.every == 1 ? "choose keys so, each step"
                                            : fmt::format("choose keys so, every {:.0f} steps", selection.every);
    if (selection.layers < 1) text += fmt::format(", in {:.3g} % of the layers", 100 * selection.layers);
    return text;
  }

  [[nodiscard]] std::vector<Jobs> jobs() const {
    std::vector<Jobs> all;
    for (const QueryTiles& each : tiles_)
      for (const Jobs& job : each.jobs) all.push_back({job.length, each.times * job.count});
    return all;
  }

  // A Q tile's time is that of its visited tiles at a worker's share of the machine's rates.
  void add_waves() {
    const double tile_s = machine_->workers * machine_->least_time(problem_, tile_pairs_).time_s;
    const std::vector<Jobs> least = jobs();
    WaveReport report;
    double longest_job = 0;
    for (const Jobs& job : least) {
      report.least_jobs += job.count;
      longest_job = std::max(longest_job, job.length);
    }
    const Rung before = ladder_.rungs.back();
    const double least_s = least_makespan(least, machine_->workers) * tile_s;
    const bool uneven = least_s > before.time_s * (1 + 1e-9);  // and not by rounding
    add_rung("waves", uneven ? least_s : before.time_s, uneven ? limited_by_waves : before.limit,
             "keep a Q tile on one worker");
    const Schedule schedule = launch(problem_, tiling_, ladder_.censuses, machine_->workers);
    report.worker = machine_->worker;
    report.workers = machine_->workers;
    report.jobs = schedule.jobs;
    report.waves = schedule.waves;
    report.imbalance = schedule.imbalance;
    report.speedup = ladder_.baseline.time_s / std::max(ladder_.rungs.back().time_s, schedule.makespan * tile_s);
    const double dense_jobs = dense_query_tiles(problem_, tiling_);
    report.dense_imbalance = std::ceil(dense_jobs / report.workers) * report.workers / dense_jobs;
    ladder_.worst_is_bound = report.jobs <= report.workers && ladder_.baseline.is_dense() &&
                             ladder_.baseline.by_compute && longest_job == ladder_.tiles_worst;
    ladder_.waves = report;
  }

  // Equal sequences, and equal heads, in a row have the same list.
  void count_tile_list() {
    std::size_t at = 0;
    for (const Request& request : problem_.requests)
      for (const HeadMask& mask : request.masks) {
        const Census& census = ladder_.censuses[at++];
        const bool gathered = tiling_.key_tiles == KeyTiles::gathered;
        if (!gathered && mask.mask.axes.front().relation->blocks() == nullptr) continue;
        const Count listed = gathered ? census.gathered_units : census.visited;
        ladder_.tile_list_B += static_cast<double>(index_B * (listed + census.query_tiles + 1));
      }
  }

  void permutation() {
    double moved_B = 0;
    if (tiling_.order == TileOrder::multi)
      for (const Request& request : problem_.requests) moved_B += request.times * permuted_B(request);
    if (!machine_->memories.empty()) {
      ladder_.permutation_B = 2 * moved_B;
      ladder_.permutation_s = ladder_.permutation_B / machine_->memories.front().bandwidth_B_per_s;
    }
    ladder_.speedup_with_permutation =
        ladder_.baseline.time_s / (ladder_.rungs.back().time_s + ladder_.permutation_s);
  }

  // Of a sequence, each read and written.
  [[nodiscard]] double permuted_B(const Request& request) const {
    double bytes = 0;
    for (const HeadMask& mask : request.masks) {
      const bool dilated =
          std::ranges::any_of(mask.mask.axes, [](const Axis& axis) { return !axis.groups.empty(); });
      const auto heads = static_cast<double>(mask.heads);
      if (dilated || !are_runs(tiling_.query_tile, request.layout.queries))
        bytes += request.queries() * heads * (problem_.query_row_B() + problem_.output_row_B());
      if (dilated || !are_runs(tiling_.key_tile, request.layout.keys))
        bytes += request.keys() * heads / problem_.group() * problem_.token_B();
    }
    return bytes;
  }

  const Attention& problem_;
  const Tiling& tiling_;
  const TileMachine* machine_;
  bool alike_;  // one kind of request: then sums are of one sequence
  double tile_pairs_;
  std::vector<QueryTiles> tiles_;
  Ladder ladder_;
};

}  // namespace

Ladder climb(const Attention& problem, const Tiling& tiling, const TileMachine* machine, const Baseline& baseline) {
  return Climb(problem, tiling, machine, baseline).climb();
}

Ladder climb_on(const Arch* arch, const Attention& problem, const Tiling& tiling, const Baseline& baseline) {
  if (arch == nullptr) return climb(problem, tiling, nullptr, baseline);
  const TileMachine machine = tile_machine_of(*arch, problem, tiling);
  return climb(problem, tiling, &machine, baseline);
}

Ladder climb(const Attention& problem, const Tiling& tiling, const TileMachine* machine) {
  return climb(problem, tiling, machine, dense_baseline(problem, tiling, machine));
}

std::vector<GapPart> explain_gap(const Ladder& ladder, double measured) {
  const double gap = std::log(ladder.rungs.front().speedup / measured);
  std::vector<GapPart> parts;
  for (std::size_t i = 1; i < ladder.rungs.size(); ++i)
    parts.push_back({ladder.rungs[i].name, ladder.rungs[i - 1].speedup / ladder.rungs[i].speedup, 0});
  parts.push_back({"kernel", ladder.rungs.back().speedup / measured, 0});
  for (GapPart& part : parts) part.share = gap == 0 ? 0 : std::log(part.factor) / gap;
  return parts;
}

}  // namespace tilewright
