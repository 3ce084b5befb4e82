#include "sim/bound/ladder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/error.hpp"
#include "sim/bound/waves.hpp"

namespace tilewright {

namespace {

constexpr double index_B = 4;            // of a tile's number in a list of tiles
constexpr double most_listed = 1 << 24;  // Q tiles whose launches are gone through one by one

class Climb {
 public:
  Climb(const Attention& problem, const Tiling& tiling, const TileMachine* machine)
      : problem_(problem), tiling_(tiling), machine_(machine), alike_(problem.requests.size() == 1) {
    if (machine != nullptr) require_whole(problem);
    tile_pairs_ = static_cast<double>(tiling.query_tile_size()) * static_cast<double>(tiling.key_tile_size());
  }

  Ladder climb() {
    for (const Request& request : problem_.requests) add(request);
    if (ladder_.pairs == 0)
      throw InputError(fmt::format("mask '{}' over {}: it has no pairs, so there is nothing to compute or to bound",
                                   problem_.requests.front().masks.front().text,
                                   to_text(problem_.requests.front().layout.keys)));
    share();
    const double sequences = alike_ ? 1 : problem_.sequences();
    ladder_.all_pairs /= sequences;
    for (double* sum : {&ladder_.pairs, &ladder_.tiles_visited, &ladder_.tiles_computed, &ladder_.tiles_full,
                        &ladder_.tiles_empty, &ladder_.tiles_dense, &ladder_.query_tiles, &ladder_.wasted_by_mask,
                        &ladder_.wasted_by_padding})
      *sum /= problem_.heads() * sequences;
    ladder_.speedup_flop = ladder_.all_pairs / ladder_.pairs;
    ladder_.speedup_tile_mean = ladder_.all_pairs / computed_pairs();
    ladder_.speedup_tile_worst = ladder_.dense_key_tiles / ladder_.tiles_worst;
    if (machine_ != nullptr) {
      traffic();
      baseline();
    }
    rungs();
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

  // Sums, as above: what heads compute and waste once they share Q tiles.
  void share() {
    ladder_.shared = share_tiles(problem_, ladder_.censuses, tiling_.key_tiles);
    each_mask([&](const Request& request, const HeadMask&, const Census& census, const SharedTiles& shared) {
      ladder_.tiles_computed +=
          weight(request) * (shared.alone * static_cast<double>(census.visited) + shared.kv_heads * shared.visited);
    });
    if (ladder_.tiles_computed == ladder_.tiles_visited) return;
    const double wasted = computed_pairs() - ladder_.pairs;
    ladder_.wasted_by_mask = std::min(ladder_.wasted_by_mask, wasted);
    ladder_.wasted_by_padding = wasted - ladder_.wasted_by_mask;
  }

  // In the order of censuses and shared tiles.
  template <class Visit>
  void each_mask(const Visit& visit) const {
    std::size_t i = 0;
    for (const Request& request : problem_.requests)
      for (const HeadMask& mask : request.masks) {
        visit(request, mask, ladder_.censuses[i], ladder_.shared[i]);
        ++i;
      }
  }

  // Not by rounding fewer than there are.
  [[nodiscard]] double computed_pairs() const {
    return std::max(ladder_.pairs, ladder_.tiles_computed * tile_pairs_);
  }

  // Time of so many pairs per head.
  [[nodiscard]] double seconds(double pairs) const {
    return pairs * heads_in_all() * problem_.multiply_adds() / machine_->multiply_adds_per_s;
  }
  [[nodiscard]] double heads_in_all() const { return problem_.heads() * problem_.sequences(); }

  void traffic() {
    const AttentionNeeds needs = needs_of(problem_);
    double fetched = 0;  // every Q tile fetches the tiles that it visits
    each_mask([&](const Request& request, const HeadMask&, const Census& census, const SharedTiles& shared) {
      fetched += request.times *
                 (shared.alone * static_cast<double>(census.fetched_keys) + shared.kv_heads * shared.fetched_keys);
    });
    for (std::size_t m = 0; m < machine_->memories.size(); ++m) {
      MemoryTraffic traffic;
      traffic.level = machine_->memories[m].name;
      traffic.query_B = needs.queries * problem_.query_row_B();
      traffic.output_B = problem_.query_rows() * problem_.output_row_B();
      traffic.key_value_B = read_keys(m, needs.keys, fetched) * problem_.token_B();
      traffic.metadata_B = metadata_B(m);
      traffic.time_s = traffic.sum_B() / machine_->memories[m].bandwidth_B_per_s;
      ladder_.traffic.push_back(traffic);
    }
  }

  // Of what is needed once and what all Q tiles fetch together, what a memory reads at least. The outermost one may
  // read everything once; one with multicast reads once for all workers that fetch the same at the same time.
  [[nodiscard]] double read_keys(std::size_t memory, double once, double fetched) const {
    if (memory == 0) return once;
    return machine_->memories[memory].multicast ? std::max(once, fetched / machine_->workers) : fetched;
  }

  // Equal sequences, and equal heads, in a row have the same list, which is needed once; every Q tile fetches its
  // own part.
  [[nodiscard]] double metadata_B(std::size_t memory) const {
    const bool once = memory == 0 || machine_->memories[memory].multicast;
    double entries = 0;
    each_mask([&](const Request& request, const HeadMask& mask, const Census& census, const SharedTiles& shared) {
      if (mask.mask.axes.front().relation->blocks() == nullptr) return;
      const auto list = static_cast<double>(census.visited + census.query_tiles + 1);
      entries += once ? list : (shared.alone + shared.kv_heads) * request.times * list;
    });
    return entries * index_B;
  }

  // Of the dense problem, where a KV head's query heads share Q tiles; without padding, but not less than one.
  [[nodiscard]] double dense_query_tiles(const Request& request) const {
    const double rows = request.queries() * problem_.group();
    return problem_.kv_heads * std::max(1.0, rows / static_cast<double>(tiling_.query_tile_size()));
  }

  // The same bytes of the dense problem.
  void baseline() {
    ladder_.baseline_s = seconds(ladder_.all_pairs);
    ladder_.baseline_limit = "compute";
    for (std::size_t m = 0; m < machine_->memories.size(); ++m) {
      double keys = 0;
      for (const Request& request : problem_.requests)
        keys += request.times *
                read_keys(m, problem_.kv_heads * request.keys(), dense_query_tiles(request) * request.keys());
      const double bytes =
          problem_.query_rows() * (problem_.query_row_B() + problem_.output_row_B()) + keys * problem_.token_B();
      const double time_s = bytes / machine_->memories[m].bandwidth_B_per_s;
      if (time_s <= ladder_.baseline_s) continue;
      ladder_.baseline_s = time_s;
      ladder_.baseline_limit = bytes_of(m);
    }
  }
  [[nodiscard]] std::string bytes_of(std::size_t memory) const {
    return "bytes of " + machine_->memories[memory].name;
  }

  void rungs() {
    add_rung("FLOP", machine_ == nullptr ? 0 : seconds(ladder_.pairs), ladder_.speedup_flop, "pairs of the mask");
    const double tile_s = machine_ == nullptr ? 0 : seconds(computed_pairs());
    add_rung("tile", tile_s, ladder_.speedup_tile_mean, "pairs of visited tiles");
    if (machine_ == nullptr) return;
    double longest = tile_s;
    std::string limit = "compute";
    for (std::size_t m = 0; m < ladder_.traffic.size(); ++m)
      if (ladder_.traffic[m].time_s > longest) {
        longest = ladder_.traffic[m].time_s;
        limit = bytes_of(m);
      }
    add_rung("traffic", longest, 0, limit);
    waves(longest);
    permutation();
  }

  void add_rung(const std::string& name, double time_s, double ratio, const std::string& limit) {
    ladder_.rungs.push_back({name, machine_ == nullptr ? ratio : ladder_.baseline_s / time_s, time_s, limit});
  }

  [[nodiscard]] std::string limit_so_far() const { return ladder_.rungs.back().limit; }

  // Of all sequences, by how many KV tiles each visits at least.
  [[nodiscard]] std::vector<Jobs> query_tiles() const {
    std::vector<Jobs> jobs;
    each_mask([&](const Request& request, const HeadMask&, const Census& census, const SharedTiles& shared) {
      if (shared.kv_heads > 0) jobs.push_back({shared.longest, shared.kv_heads * shared.tiles * request.times});
      if (shared.alone == 0) return;
      for (const VisitCount& visit : census.distribution)
        jobs.push_back({static_cast<double>(visit.visited),
                        static_cast<double>(visit.query_tiles) * shared.alone * request.times});
    });
    return jobs;
  }
  [[nodiscard]] double whole_dense_query_tiles() const {
    const auto size = static_cast<double>(tiling_.query_tile_size());
    const double group = problem_.group();
    double tiles = 0;
    for (const Request& request : problem_.requests) {
      const double queries = request.queries();
      tiles += request.times * problem_.kv_heads *
               (queries < size ? std::ceil(group * queries / size) : group * std::ceil(queries / size));
    }
    return tiles;
  }

  // A Q tile's time is that of its visited tiles at a worker's share of the machine's rate.
  void waves(double longest) {
    const double tile_s =
        tile_pairs_ * problem_.multiply_adds() / (machine_->multiply_adds_per_s / machine_->workers);
    const std::vector<Jobs> jobs = query_tiles();
    WaveReport report;
    double longest_job = 0;
    for (const Jobs& job : jobs) {
      report.jobs += job.count;
      longest_job = std::max(longest_job, job.length);
    }
    const double least_s = least_makespan(jobs, machine_->workers) * tile_s;
    const bool uneven = least_s > longest * (1 + 1e-9);  // and not by rounding
    if (uneven) longest = least_s;
    const Schedule schedule = report.jobs <= most_listed
                                  ? in_launch_order(in_order(), static_cast<std::size_t>(machine_->workers))
                                  : in_worst_order(jobs, machine_->workers);
    report.worker = machine_->worker;
    report.workers = machine_->workers;
    report.waves = schedule.waves;
    report.imbalance = schedule.imbalance;
    report.speedup = ladder_.baseline_s / std::max(longest, schedule.makespan * tile_s);
    const double dense_jobs = whole_dense_query_tiles();
    report.dense_imbalance = std::ceil(dense_jobs / report.workers) * report.workers / dense_jobs;
    ladder_.worst_is_bound =
        report.jobs <= report.workers && ladder_.baseline_limit == "compute" && longest_job == ladder_.tiles_worst;
    ladder_.waves = report;
    add_rung("waves", longest, 0, uneven ? limited_by_waves : limit_so_far());
  }

  // Tiles that every Q tile visits: of a head after the other, and of a sequence after the other. A shared one
  // visits what its heads visit.
  [[nodiscard]] std::vector<double> in_order() const {
    std::vector<double> lengths;
    std::size_t begin = 0;  // of the first sequence of a request
    each_mask([&](const Request& request, const HeadMask& mask, const Census& census, const SharedTiles& shared) {
      if (&mask == &request.masks.front()) begin = lengths.size();
      const auto tiles = visits_of(mask.mask, tiling_);
      for (double head = 0; head < shared.alone; ++head)
        for (const TileCount& tile : tiles) lengths.push_back(static_cast<double>(tile.visited));
      lengths.insert(lengths.end(), static_cast<std::size_t>(shared.kv_heads * shared.tiles),
                     static_cast<double>(census.visited));
      if (&mask != &request.masks.back()) return;
      const std::size_t of_one = lengths.size() - begin;
      for (std::size_t left = of_one * static_cast<std::size_t>(request.times - 1); left > 0; --left)
        lengths.push_back(lengths[lengths.size() - of_one]);
    });
    return lengths;
  }

  void permutation() {
    double moved_B = 0;
    if (tiling_.order == TileOrder::multi)
      for (const Request& request : problem_.requests) moved_B += request.times * permuted_B(request);
    if (!machine_->memories.empty()) {
      ladder_.permutation_B = 2 * moved_B;
      ladder_.permutation_s = ladder_.permutation_B / machine_->memories.front().bandwidth_B_per_s;
    }
    ladder_.speedup_with_permutation = ladder_.baseline_s / (ladder_.rungs.back().time_s + ladder_.permutation_s);
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
  Ladder ladder_;
};

}  // namespace

Ladder climb(const Attention& problem, const Tiling& tiling, const TileMachine* machine) {
  return Climb(problem, tiling, machine).climb();
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
