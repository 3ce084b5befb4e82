#include "sim/kernel/turns.hpp"

#include <cmath>
#include <functional>
#include <numeric>

#include "sim/kernel/turn_reuse.hpp"

namespace tilewright {

namespace {

constexpr double most_turns = 256;  // of equal KV heads, before they are taken for all that follow

// KV heads in a row whose query heads have the same masks.
struct KvHeads {
  struct Use {
    std::size_t heads;  // of LaunchTiles
    double laps;
    bool operator==(const Use&) const = default;
  };
  std::vector<Use> uses;
  double count = 0;
};

std::vector<KvHeads> kv_heads_of(const LaunchTiles& launch, std::size_t request) {
  std::vector<KvHeads> result;
  const double laps_of_one = launch.group / launch.packed;
  KvHeads now;
  double room = laps_of_one;
  const auto close = [&](double count) {
    if (!result.empty() && result.back().uses == now.uses) {
      result.back().count += count;
    } else {
      result.push_back({now.uses, count});
    }
    now = {};
    room = laps_of_one;
  };
  for (std::size_t h = 0; h < launch.heads.size(); ++h) {
    if (launch.heads[h].request != request) continue;
    for (double left = launch.heads[h].laps; left > 0;) {
      const double taken = std::min(left, room);
      const double alike = taken == laps_of_one ? std::floor(left / laps_of_one) : 1;
      now.uses.push_back({h, taken});
      left -= taken * alike;
      room -= taken;
      if (room <= 0) close(alike);
    }
  }
  return result;
}

class TurnWalk {
 public:
  TurnWalk(const PreparedKernel& prepared, const LaunchTiles& launch, double capacity)
      : prepared_(prepared), launch_(launch), reuse_(capacity) {
    // All blocks of stream-K run at once.
    if (prepared.kernel.splits.kind != KernelSplits::Kind::stream)
      of_tile_ = launch.per_tile * prepared.blocks.splits;
  }

  double fetched() {
    if (launch_.tiles_outer) {
      tiles_outer();
    } else {
      for (std::size_t r = 0; r < prepared_.problem.requests.size(); ++r) heads_outer(r);
    }
    reuse_.end_turn();
    return passed_ + reuse_.fetched();
  }

 private:
  void heads_outer(std::size_t request) {
    const std::vector<KvHeads> heads = kv_heads_of(launch_, request);
    const double times = prepared_.problem.requests[request].times;
    const bool alike = heads.size() == 1;
    repeat(times * (alike ? heads[0].count : 1), [&] {
      for (const KvHeads& each : heads)
        for (double i = 0; i < (alike ? 1 : each.count); ++i) go_through(each);
    });
  }

  // So many times what takes as many blocks: once they are where they were in their turns before, twice, the rest
  // is as the second time.
  void repeat(double times, const std::function<void()>& once) {
    const double before = blocks_;
    if (times > 0) once();
    const double blocks = blocks_ - before;
    const double period = blocks > 0 ? periods(blocks) : times;
    if (times <= 3 * period) {
      for (double i = 1; i < times; ++i) once();
      return;
    }
    for (double i = 1; i < period; ++i) once();
    const double first = reuse_.fetched();
    for (double i = 0; i < period; ++i) once();
    const double alike = std::floor(times / period) - 2;
    passed_ += alike * (reuse_.fetched() - first);
    for (double i = (2 + alike) * period; i < times; ++i) once();
  }

  [[nodiscard]] double periods(double blocks) const {
    const auto slots = static_cast<long>(prepared_.slots());
    const double same_place =
        static_cast<double>(slots / std::gcd(slots, static_cast<long>(std::fmod(blocks, prepared_.slots()))));
    return std::min(same_place, std::ceil(most_turns * prepared_.slots() / blocks));
  }

  // All Q tiles of the query heads of a KV head, one head after the other.
  void go_through(const KvHeads& heads) {
    const std::size_t set = reuse_.open();
    for (const KvHeads::Use& use : heads.uses) {
      const Count tiles = launch_.heads[use.heads].tiles.query_tiles();
      for (double lap = 0; lap < use.laps; ++lap)
        for (Count tile = 0; tile < tiles; ++tile) {
          this->use(set, {use.heads, launch_.descending ? tiles - 1 - tile : tile});
          add_blocks(of_tile_);
        }
    }
    reuse_.close(set);
  }

  // All KV heads that have the mask of a Q tile need it at once.
  void tiles_outer() {
    std::vector<std::vector<std::size_t>> sets(launch_.heads.size());
    for (std::size_t r = 0; r < prepared_.problem.requests.size(); ++r)
      for (const KvHeads& heads : kv_heads_of(launch_, r)) {
        const std::size_t set = reuse_.open(heads.count * prepared_.problem.requests[r].times);
        for (const KvHeads::Use& use : heads.uses) sets[use.heads].push_back(set);
      }
    for (const LaunchedTile& tile : launch_.order) {
      const HeadTiles& heads = launch_.heads[tile.heads];
      for (const std::size_t set : sets[tile.heads]) use(set, tile);
      add_blocks(heads.laps * prepared_.problem.requests[heads.request].times * of_tile_);
    }
  }

  void use(std::size_t set, const LaunchedTile& tile) {
    const VisitedTiles& tiles = launch_.heads[tile.heads].tiles;
    for (const TileInterval& interval : tiles.of(tile.query_tile))
      reuse_.use(set, {tiles.keys_before(interval.first), tiles.keys_before(interval.last)});
  }

  void add_blocks(double blocks) {
    blocks_ += blocks;
    in_turn_ += blocks;
    if (in_turn_ < prepared_.slots()) return;
    reuse_.end_turn();
    in_turn_ = std::fmod(in_turn_, prepared_.slots());
  }

  const PreparedKernel& prepared_;
  const LaunchTiles& launch_;
  TurnReuse reuse_;
  double of_tile_ = 0;  // blocks of a Q tile
  double blocks_ = 0;
  double in_turn_ = 0;
  double passed_ = 0;  // keys fetched by what is not gone through
};

}  // namespace

double fetched_in_turns(const PreparedKernel& prepared, const LaunchTiles& launch, double capacity) {
  return TurnWalk(prepared, launch, capacity).fetched();
}

}  // namespace tilewright
