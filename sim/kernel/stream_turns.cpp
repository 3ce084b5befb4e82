#include "sim/kernel/stream_turns.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "sim/kernel/block_keys.hpp"

namespace tilewright {

namespace {

constexpr double turns_of_capacity = 8;  // so that keys stay for a few turns
constexpr double most_turns = 512;       // some 0.5 s; of more a sample is gone through
constexpr double most_tiles = 1 << 22;   // some 200 MB; of more, every key counts once

// The sample: so many times as many turns in a row, once the memory is full, or would not be for long.
constexpr double windows = 8;
constexpr double window_turns = 32;
constexpr double most_turns_to_fill = 64;

class StreamWalk {
 public:
  StreamWalk(const PreparedKernel& prepared, const LaunchTiles& launch, double capacity)
      : launch_(launch), capacity_(capacity), reuse_(capacity) {
    for_each_block(prepared, launch, [&](const std::vector<BlockPart>& parts) { blocks_.push_back(parts); });
  }

  double fetched(double turns) {
    if (turns > most_turns) return fetched_in_sample(turns);
    begin();
    for (double turn = 0; turn < turns; ++turn) go_through(turn, turns);
    return reuse_.fetched();
  }

 private:
  double fetched_in_sample(double turns) {
    double sum = 0;
    for (double window = 0; window < windows; ++window) {
      begin();
      double turn = std::floor(window / windows * (turns - most_turns_to_fill - window_turns));
      const double last_to_fill = turn + most_turns_to_fill;
      while (reuse_.fetched() < capacity_ && turn < last_to_fill) go_through(turn++, turns);
      const double before = reuse_.fetched();
      for (double i = 0; i < window_turns; ++i) go_through(turn++, turns);
      sum += reuse_.fetched() - before;
    }
    return sum * turns / (windows * window_turns);
  }

  void begin() {
    reuse_ = TurnReuse(capacity_);
    sets_.clear();
    for (const std::vector<BlockPart>& block : blocks_)
      for (const BlockPart& part : block)
        if (!sets_.contains(part.set)) sets_[part.set] = reuse_.open();
  }

  void go_through(double turn, double turns) {
    for (const std::vector<BlockPart>& block : blocks_) use(block, turn / turns, (turn + 1) / turns);
    reuse_.end_turn();
  }

  [[nodiscard]] double visits(const BlockPart& part) const {
    Count all = 0;
    for (const TileInterval& interval : launch_.heads[part.tile.heads].tiles.of(part.tile.query_tile))
      all += interval.last - interval.first;
    return (part.to - part.from) * static_cast<double>(all);
  }

  // What a block needs from one share of its visits to another.
  void use(const std::vector<BlockPart>& block, double from, double to) {
    double all = 0;
    for (const BlockPart& part : block) all += visits(part);
    double before = 0;
    for (const BlockPart& part : block) {
      const double now = visits(part);
      const double begin = std::clamp((from * all - before) / now, 0.0, 1.0);
      const double end = std::clamp((to * all - before) / now, 0.0, 1.0);
      const double whole = part.to - part.from;
      if (begin < end) use({part.set, part.tile, part.from + begin * whole, part.from + end * whole});
      before += now;
    }
  }

  void use(const BlockPart& part) {
    needed_.clear();
    append_keys(launch_, part, tiles_, needed_);
    reuse_.use(sets_[part.set], needed_);
  }

  const LaunchTiles& launch_;
  double capacity_;
  TurnReuse reuse_;
  std::vector<std::vector<BlockPart>> blocks_;
  std::unordered_map<std::size_t, std::size_t> sets_;  // of reuse_, by BlockPart::set
  std::vector<TileInterval> tiles_;                    // of one
  std::vector<KeySpan> needed_;                        // by one
};

double query_tiles(const PreparedKernel& prepared, const LaunchTiles& launch) {
  double tiles = 0;
  for (const HeadTiles& heads : launch.heads)
    tiles += heads.laps * prepared.view.problem.requests[heads.request].times * launch.per_tile *
             static_cast<double>(heads.tiles.query_tiles());
  return tiles;
}

}  // namespace

double fetched_in_stream(const PreparedKernel& prepared, const LaunchTiles& launch, double capacity) {
  const double tiles = query_tiles(prepared, launch);
  if (tiles > most_tiles) return needs_of(prepared.view.problem).keys;
  const double filled = prepared.blocks.fetched_keys / capacity;
  const double of_block = std::ceil(prepared.blocks.visits() / prepared.blocks.count());
  const double turns = std::ceil(std::min(turns_of_capacity * filled, of_block));
  return StreamWalk(prepared, launch, capacity).fetched(std::max(1.0, turns));
}

}  // namespace tilewright
