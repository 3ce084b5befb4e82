#include "sim/ladder/ladder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "einsum/mask/keys_used.hpp"
#include "sim/ladder/waves.hpp"

namespace tilewright {

namespace {

constexpr double index_B = 4;  // of a tile's number in a list of tiles

class Climb {
 public:
  Climb(const AttentionProblem& problem, const Machine* machine) : problem_(problem), machine_(machine) {
    queries_ = static_cast<double>(problem.layout.flattened().queries);
    keys_ = static_cast<double>(problem.layout.flattened().keys);
    tile_pairs_ =
        static_cast<double>(problem.tiling.query_tile_size()) * static_cast<double>(problem.tiling.key_tile_size());
  }

  Ladder climb() {
    for (const HeadMask& mask : problem_.masks) add(mask, count_tiles(mask.mask, problem_.tiling));
    const double all = queries_ * keys_;
    ladder_.speedup_flop = all / ladder_.pairs;
    ladder_.speedup_tile_mean = all / (ladder_.tiles_visited * tile_pairs_);
    ladder_.speedup_tile_worst = ladder_.key_tiles / ladder_.tiles_worst;
    if (machine_ != nullptr) {
      traffic();
      ladder_.baseline_s = std::max(seconds(all), dense_traffic_s());
    }
    rungs();
    return std::move(ladder_);
  }

 private:
  void add(const HeadMask& mask, const Census& census) {
    const double share = static_cast<double>(mask.heads) / problem_.heads();
    ladder_.pairs += share * static_cast<double>(census.pairs);
    ladder_.tiles_visited += share * static_cast<double>(census.visited);
    ladder_.tiles_full += share * static_cast<double>(census.full);
    ladder_.tiles_empty += share * static_cast<double>(census.empty());
    ladder_.tiles_dense += share * static_cast<double>(census.dense_tiles());
    ladder_.query_tiles += share * static_cast<double>(census.query_tiles);
    ladder_.wasted_by_mask += share * static_cast<double>(census.wasted_by_mask());
    ladder_.wasted_by_padding += share * census.wasted_by_padding();
    ladder_.tiles_worst = std::max(ladder_.tiles_worst, static_cast<double>(census.worst));
    ladder_.key_tiles = std::max(ladder_.key_tiles, static_cast<double>(census.key_tiles));
    ladder_.censuses.push_back(census);
  }

  // Time of so many pairs per head: a multiply-add per element of Q K^T, and one per element of P V.
  [[nodiscard]] double seconds(double pairs) const {
    return pairs * heads_in_all() * 2 * problem_.head_dim / machine_->multiply_adds_per_s;
  }
  [[nodiscard]] double heads_in_all() const { return problem_.heads() * problem_.batch; }
  [[nodiscard]] double row_B() const { return problem_.head_dim * problem_.element_B; }

  void traffic() {
    for (std::size_t m = 0; m < machine_->memories.size(); ++m) {
      MemoryTraffic traffic;
      traffic.level = machine_->memories[m].name;
      traffic.query_B = traffic.output_B = queries_ * heads_in_all() * row_B();
      traffic.key_value_B = m == 0 ? compulsory_B() : fetched_B();
      traffic.metadata_B = metadata_B();
      traffic.time_s = traffic.sum_B() / machine_->memories[m].bandwidth_B_per_s;
      ladder_.traffic.push_back(traffic);
    }
  }

  // At the outermost memory: every key and value that any query needs, once per group of heads that shares them. A
  // group needs at least what the neediest of its heads does.
  [[nodiscard]] double compulsory_B() const {
    const double group = problem_.heads() / problem_.kv_heads;
    double keys = 0;
    double most = 0;
    double head = 0;
    for (const HeadMask& mask : problem_.masks) {
      const auto used = static_cast<double>(keys_used(mask.mask));
      const double last = head + static_cast<double>(mask.heads);
      // Groups that end within these heads.
      for (double end = (std::floor(head / group) + 1) * group; end <= last; end += group) {
        keys += std::max(most, used);
        most = 0;
      }
      most = std::fmod(last, group) == 0 ? 0 : std::max(most, used);
      head = last;
    }
    return keys * problem_.batch * 2 * row_B();
  }

  // At a memory that all workers share: every Q tile fetches the tiles that it visits.
  [[nodiscard]] double fetched_B() const {
    double keys = 0;
    for (std::size_t i = 0; i < problem_.masks.size(); ++i)
      keys += static_cast<double>(problem_.masks[i].heads) * static_cast<double>(ladder_.censuses[i].fetched_keys);
    return keys * problem_.batch * 2 * row_B();
  }

  [[nodiscard]] double metadata_B() const {
    double entries = 0;
    for (std::size_t i = 0; i < problem_.masks.size(); ++i)
      if (problem_.masks[i].mask.axes.front().relation->blocks() != nullptr)
        entries += static_cast<double>(problem_.masks[i].heads) *
                   static_cast<double>(ladder_.censuses[i].visited + ladder_.censuses[i].query_tiles + 1);
    return entries * problem_.batch * index_B;
  }

  // The same bytes of the dense problem: all keys, once per Q tile that is full, or once.
  [[nodiscard]] double dense_traffic_s() const {
    double longest = 0;
    for (std::size_t m = 0; m < machine_->memories.size(); ++m) {
      const double passes =
          m == 0 ? problem_.kv_heads * problem_.batch
                 : heads_in_all() * queries_ / static_cast<double>(problem_.tiling.query_tile_size());
      const double bytes = 2 * queries_ * heads_in_all() * row_B() + passes * keys_ * 2 * row_B();
      longest = std::max(longest, bytes / machine_->memories[m].bandwidth_B_per_s);
    }
    return longest;
  }

  void rungs() {
    add_rung("FLOP", machine_ == nullptr ? 0 : seconds(ladder_.pairs), ladder_.speedup_flop,
             fmt::format("{:.4g} of {:.4g} pairs are left", ladder_.pairs, queries_ * keys_));
    const double tile_s = machine_ == nullptr ? 0 : seconds(ladder_.tiles_visited * tile_pairs_);
    add_rung("tile", tile_s, ladder_.speedup_tile_mean,
             fmt::format("{:.4g} % of the computed pairs are in the mask",
                         100 * ladder_.pairs / (ladder_.tiles_visited * tile_pairs_)));
    if (machine_ == nullptr) return;
    double longest = tile_s;
    std::string limit = "compute";
    for (const MemoryTraffic& traffic : ladder_.traffic)
      if (traffic.time_s > longest) {
        longest = traffic.time_s;
        limit = "bytes of " + traffic.level;
      }
    add_rung("traffic", longest, 0, limit);
    waves(longest);
    permutation();
  }

  void add_rung(const std::string& name, double time_s, double ratio, const std::string& limit) {
    ladder_.rungs.push_back({name, machine_ == nullptr ? ratio : ladder_.baseline_s / time_s, time_s, limit});
  }

  // A Q tile's time is that of its visited tiles at a worker's share of the machine's rate.
  void waves(double longest) {
    std::vector<Jobs> jobs;
    std::vector<double> in_order;
    WaveReport report;
    for (const HeadMask& mask : problem_.masks) {
      const auto tiles = visits_of(mask.mask, problem_.tiling);
      for (Count head = 0; head < mask.heads; ++head)
        for (const TileCount& tile : tiles) in_order.push_back(static_cast<double>(tile.visited));
    }
    const std::size_t of_one = in_order.size();
    for (std::size_t i = 0; in_order.size() < of_one * static_cast<std::size_t>(problem_.batch); ++i)
      in_order.push_back(in_order[i]);
    for (std::size_t i = 0; i < problem_.masks.size(); ++i)
      for (const VisitCount& visit : ladder_.censuses[i].distribution)
        jobs.push_back({static_cast<double>(visit.visited), static_cast<double>(visit.query_tiles) *
                                                                static_cast<double>(problem_.masks[i].heads) *
                                                                problem_.batch});
    const double tile_s = tile_pairs_ * 2 * problem_.head_dim / (machine_->multiply_adds_per_s / machine_->workers);
    const double least_s = least_makespan(jobs, machine_->workers) * tile_s;
    const Schedule schedule = in_launch_order(in_order, static_cast<std::size_t>(machine_->workers));
    report.workers = machine_->workers;
    report.jobs = static_cast<double>(in_order.size());
    report.waves = schedule.waves;
    report.imbalance = schedule.imbalance;
    report.speedup = ladder_.baseline_s / std::max(longest, schedule.makespan * tile_s);
    const double dense_jobs =
        std::ceil(queries_ / static_cast<double>(problem_.tiling.query_tile_size())) * heads_in_all();
    report.dense_imbalance = std::ceil(dense_jobs / report.workers) * report.workers / dense_jobs;
    ladder_.worst_is_bound = report.jobs <= report.workers;
    ladder_.waves = report;
    add_rung("waves", std::max(longest, least_s), 0,
             least_s > longest ? fmt::format("{:.0f} Q tiles on {:.0f} workers", report.jobs, report.workers)
                               : "as before");
  }

  void permutation() {
    const double last_s = ladder_.rungs.back().time_s;
    const bool moves =
        problem_.tiling.order == TileOrder::multi &&
        (problem_.layout.dimensions() > 1 || !problem_.masks.front().mask.axes.front().groups.empty());
    if (moves && !machine_->memories.empty()) {
      const double rows = 2 * queries_ * heads_in_all() + 2 * keys_ * problem_.kv_heads * problem_.batch;
      ladder_.permutation_B = 2 * rows * row_B();  // each is read and written
      ladder_.permutation_s = ladder_.permutation_B / machine_->memories.front().bandwidth_B_per_s;
    }
    ladder_.speedup_with_permutation = ladder_.baseline_s / (last_s + ladder_.permutation_s);
  }

  const AttentionProblem& problem_;
  const Machine* machine_;
  double queries_;
  double keys_;
  double tile_pairs_;
  Ladder ladder_;
};

}  // namespace

Ladder climb(const AttentionProblem& problem, const Machine* machine) { return Climb(problem, machine).climb(); }

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
