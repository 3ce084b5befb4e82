#include "sim/kernel/launch_tiles.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "mappings/kernel/swizzle.hpp"

namespace tilewright {

namespace {

// Tile by tile, of all heads that have as many; of a head, of all requests.
std::vector<LaunchedTile> tiles_outer(const LaunchTiles& launch, const KernelSchedule& schedule) {
  Count most = 0;
  for (const HeadTiles& heads : launch.heads) most = std::max(most, heads.tiles.query_tiles());
  std::vector<std::size_t> heads(launch.heads.size());
  std::iota(heads.begin(), heads.end(), std::size_t{0});
  std::ranges::stable_sort(heads, {}, [&](std::size_t h) { return launch.heads[h].first_head; });
  std::vector<LaunchedTile> order;
  for (Count tile = 0; tile < most; ++tile)
    for (const std::size_t h : heads)
      if (tile < launch.heads[h].tiles.query_tiles()) order.push_back({h, tile});
  if (schedule.descending) std::ranges::reverse(order);
  if (schedule.longest_first)
    std::ranges::stable_sort(order, std::ranges::greater{},
                             [&](const LaunchedTile& each) { return launch.visits(each); });
  return order;
}

class BlockLister {
 public:
  BlockLister(const PreparedKernel& prepared, const LaunchTiles& launch, const BlockVisitor& visit)
      : prepared_(prepared), launch_(launch), visit_(visit) {
    std::size_t sets = 0;
    for (const Request& request : prepared.view.problem.requests) {
      first_set_.push_back(sets);
      sets += static_cast<std::size_t>(request.times * prepared.view.problem.kv_heads);
    }
    if (prepared.kernel.splits.kind != KernelSplits::Kind::stream) {
      splits_ = prepared.blocks.splits;
      return;
    }
    blocks_ = prepared.blocks.count();
    for (std::size_t h = 0; h < launch.heads.size(); ++h)
      for (Count tile = 0; tile < launch.heads[h].tiles.query_tiles(); ++tile)
        room_ += launch.heads[h].laps * times_of(launch.heads[h]) * launch.per_tile * launch.visits({h, tile});
    of_block_ = room_ / blocks_;
    room_ = of_block_;
  }

  void list() {
    if (launch_.tiles_outer) {
      for (double part = 0; part < splits_; ++part)
        for (const LaunchedTile& tile : launch_.order)
          if (has(tile, part)) all_of(tile, part);
    } else {
      for (std::size_t h = 0; h < launch_.heads.size();) h = sequences(h);
    }
    if (!parts_.empty()) close();
  }

 private:
  [[nodiscard]] double times_of(const HeadTiles& heads) const {
    return prepared_.view.problem.requests[heads.request].times;
  }

  [[nodiscard]] bool has(const LaunchedTile& tile, double part) const {
    return part == 0 || part < prepared_.blocks.parts.of(launch_.visits(tile));
  }

  void all_of(const LaunchedTile& tile, double part) {
    const HeadTiles& heads = launch_.heads[tile.heads];
    for (double lap = 0; lap < heads.laps; ++lap)
      for (double time = 0; time < times_of(heads); ++time) add(set_of(heads, time, lap), tile, part);
  }

  // All sequences of a request, whose heads begin at `begin`; returns where they end.
  std::size_t sequences(std::size_t begin) {
    std::size_t end = begin;
    while (end < launch_.heads.size() && launch_.heads[end].request == launch_.heads[begin].request) ++end;
    const double together = launch_.swizzle[launch_.heads[begin].request];
    std::vector<Lap> laps;
    for (double time = 0; time < times_of(launch_.heads[begin]); ++time)
      for (std::size_t h = begin; h < end; ++h)
        for (double lap = 0; lap < launch_.heads[h].laps; ++lap) {
          laps.push_back({h, set_of(launch_.heads[h], time, lap)});
          if (static_cast<double>(laps.size()) < together) continue;
          all_tiles(laps);
          laps.clear();
        }
    all_tiles(laps);
    return end;
  }

  struct Lap {
    std::size_t heads;
    std::size_t set;
  };

  // Of laps side by side, which have as many tiles.
  void all_tiles(const std::vector<Lap>& laps) {
    if (laps.empty()) return;
    const Count tiles = launch_.heads[laps[0].heads].tiles.query_tiles();
    for (double part = 0; part < splits_; ++part)
      for (Count tile = 0; tile < tiles; ++tile)
        for (const Lap& lap : laps) {
          const LaunchedTile launched{lap.heads, launch_.descending ? tiles - 1 - tile : tile};
          if (has(launched, part)) add(lap.set, launched, part);
        }
  }

  [[nodiscard]] std::size_t set_of(const HeadTiles& heads, double time, double lap) const {
    const double head = std::floor((heads.first_head + lap * launch_.packed) / launch_.group);
    return first_set_[heads.request] + static_cast<std::size_t>(time * prepared_.view.problem.kv_heads + head);
  }

  void add(std::size_t set, const LaunchedTile& tile, double part) {
    for (double i = 0; i < launch_.per_tile; ++i) {
      if (of_block_ > 0) {
        stream(set, tile);
      } else {
        parts_.push_back(part_of(launch_, set, tile, part, prepared_.blocks.parts));
        close();
      }
    }
  }

  void stream(std::size_t set, const LaunchedTile& tile) {
    const double all = launch_.visits(tile);
    for (double done = 0; done < all;) {
      const double now = blocks_ > 1 ? std::min(all - done, room_) : all - done;
      parts_.push_back({set, tile, done / all, (done + now) / all});
      done += now;
      room_ -= now;
      if (blocks_ > 1 && room_ < rounding * of_block_) close();
    }
  }

  void close() {
    visit_(parts_);
    parts_.clear();
    room_ = of_block_;
    --blocks_;
  }

  static constexpr double rounding = 1e-9;

  const PreparedKernel& prepared_;
  const LaunchTiles& launch_;
  const BlockVisitor& visit_;
  double splits_ = 1;                   // but of stream-K, which cuts Q tiles elsewhere
  std::vector<std::size_t> first_set_;  // by request
  std::vector<BlockPart> parts_;
  double of_block_ = 0;  // visits of a block, of stream-K
  double room_ = 0;
  double blocks_ = 0;
};

}  // namespace

double LaunchTiles::visits(const LaunchedTile& tile) const {
  Count sum = 0;
  for (const TileInterval& interval : heads[tile.heads].tiles.of(tile.query_tile))
    sum += interval.last - interval.first;
  return static_cast<double>(sum);
}

LaunchTiles launch_tiles(const PreparedKernel& prepared) {
  const Kernel& kernel = prepared.kernel;
  LaunchTiles launch;
  launch.group = prepared.view.problem.group();
  const PackedTiles packed = packed_tiles(kernel, prepared.view.problem, prepared.view.tiling);
  launch.packed = packed.heads;
  launch.per_tile = packed.tiles_per_tile;
  launch.descending = kernel.schedule.descending;
  launch.tiles_outer = kernel.schedule.queries_outer || kernel.schedule.longest_first;
  const KernelShape shape = shape_of(prepared.problem, prepared.tiling);
  for (std::size_t r = 0; r < prepared.view.problem.requests.size(); ++r) {
    const double swizzle = heads_side_by_side(kernel.schedule, shape, prepared.view.problem.requests[r].keys(),
                                              launch.group / launch.packed);
    launch.swizzle.push_back(
        std::min(swizzle, prepared.view.problem.heads() / launch.packed * prepared.view.problem.requests[r].times));
    double first = 0;
    for (const HeadMask& mask : prepared.view.problem.requests[r].masks) {
      const auto heads = static_cast<double>(mask.heads);
      launch.heads.push_back({r, first, heads / packed.heads, VisitedTiles(mask.mask, packed.tiling)});
      first += heads;
    }
  }
  if (launch.tiles_outer) launch.order = tiles_outer(launch, kernel.schedule);
  return launch;
}

BlockPart part_of(const LaunchTiles& launch, std::size_t set, const LaunchedTile& tile, double part,
                  const TileParts& parts) {
  const double all = launch.visits(tile);
  if (parts.count == 1 || all == 0) return {set, tile, 0, 1};
  return {set, tile, parts.before(all, part) / all, parts.before(all, part + 1) / all};
}

void append_tiles(const LaunchTiles& launch, const BlockPart& part, std::vector<TileInterval>& tiles) {
  const std::span<const TileInterval> all = launch.heads[part.tile.heads].tiles.of(part.tile.query_tile);
  const double count = launch.visits(part.tile);
  const auto from = static_cast<Count>(std::llround(part.from * count));
  const auto to = static_cast<Count>(std::llround(part.to * count));
  Count before = 0;
  for (const TileInterval& interval : all) {
    const Count first = interval.first + std::max<Count>(0, from - before);
    const Count last = std::min(interval.last, interval.first + to - before);
    if (first < last) tiles.push_back({first, last});
    before += interval.last - interval.first;
  }
}

void for_each_block(const PreparedKernel& prepared, const LaunchTiles& launch, const BlockVisitor& visit) {
  BlockLister(prepared, launch, visit).list();
}

}  // namespace tilewright
