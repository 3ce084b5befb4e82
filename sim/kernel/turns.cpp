#include "sim/kernel/turns.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <span>
#include <unordered_map>

#include "sim/kernel/block_keys.hpp"
#include "sim/kernel/stream_turns.hpp"

namespace tilewright {

namespace {

constexpr double most_turns = 256;       // of equal KV heads, before they are taken for all that follow
constexpr double most_blocks = 1 << 19;  // of Q tiles outermost, one by one: some 0.5 s

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
      : prepared_(prepared),
        launch_(launch),
        splits_(static_cast<std::size_t>(prepared.blocks.splits)),
        keys_(launch, prepared.blocks),
        reuse_(capacity) {}

  double fetched() {
    if (launch_.tiles_outer && prepared_.blocks.count() <= most_blocks) {
      tiles_outer();
    } else if (launch_.tiles_outer) {
      heads_together();
    } else {
      for (std::size_t r = 0; r < prepared_.view.problem.requests.size(); ++r) heads_outer(r);
    }
    reuse_.end_turn();
    return passed_ + reuse_.fetched();
  }

 private:
  void heads_outer(std::size_t request) {
    const std::vector<KvHeads> heads = kv_heads_of(launch_, request);
    const double times = prepared_.view.problem.requests[request].times;
    const auto together = static_cast<long>(launch_.swizzle[request]);
    if (heads.size() == 1) {
      // As few KV heads as end with heads that go side by side.
      const auto of_one = static_cast<long>(launch_.group / launch_.packed);
      const double all = times * heads[0].count;
      const long to_end = std::lcm(together, of_one) / of_one;
      const double few = std::min(all, static_cast<double>(to_end));
      const double repeats = std::floor(all / few);
      repeat(repeats, [&] { go_through(heads, few, 1, together); });
      go_through(heads, all - repeats * few, 1, together);
      return;
    }
    double laps = 0;
    for (const KvHeads& each : heads) laps += each.count * launch_.group / launch_.packed;
    const bool ends = std::fmod(laps, static_cast<double>(together)) == 0;
    repeat(ends ? times : 1, [&] { go_through(heads, 1, ends ? 1 : times, together); });
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
    const long same_place = slots / std::gcd(slots, static_cast<long>(std::fmod(blocks, prepared_.slots())));
    return std::min(static_cast<double>(same_place), std::ceil(most_turns * prepared_.slots() / blocks));
  }

  struct Lap {
    std::size_t heads;
    std::size_t set;
  };

  // KV heads, or so many in place of a single entry, of so many sequences: their query heads one after the other,
  // or as many as go side by side.
  void go_through(const std::vector<KvHeads>& heads, double of_single, double times, long together) {
    std::vector<Lap> laps;
    for (double time = 0; time < times; ++time)
      for (const KvHeads& each : heads)
        for (double i = 0; i < (heads.size() == 1 ? of_single : each.count); ++i)
          for (const std::size_t set = sets_++; const KvHeads::Use& use : each.uses)
            for (double lap = 0; lap < use.laps; ++lap) laps.push_back({use.heads, set});
    std::map<std::size_t, std::size_t> opened;
    for (std::size_t first = 0; first < laps.size(); first += static_cast<std::size_t>(together)) {
      const std::size_t last = std::min(laps.size(), first + static_cast<std::size_t>(together));
      side_by_side(std::span(laps).subspan(first, last - first), opened);
      const std::size_t next = last < laps.size() ? laps[last].set : sets_;
      while (!opened.empty() && opened.begin()->first < next) {
        reuse_.close(opened.begin()->second);
        opened.erase(opened.begin());
      }
    }
  }

  void side_by_side(std::span<const Lap> laps, std::map<std::size_t, std::size_t>& opened) {
    sets_of_laps_.clear();
    for (const Lap& lap : laps) {
      const auto [set, is_new] = opened.try_emplace(lap.set, 0);
      if (is_new) set->second = reuse_.open();
      sets_of_laps_.push_back(set->second);
    }
    const Count tiles = launch_.heads[laps[0].heads].tiles.query_tiles();
    for (std::size_t part = 0; part < splits_; ++part)
      for (Count tile = 0; tile < tiles; ++tile)
        for (std::size_t i = 0; i < laps.size(); ++i) {
          const auto keys = keys_.of({laps[i].heads, launch_.descending ? tiles - 1 - tile : tile}, part);
          if (!keys) continue;
          reuse_.use(sets_of_laps_[i], *keys);
          add_blocks(launch_.per_tile);
        }
  }

  void tiles_outer() {
    std::unordered_map<std::size_t, std::size_t> sets;  // of reuse_, by BlockPart::set
    for_each_block(prepared_, launch_, [&](const std::vector<BlockPart>& parts) {
      for (const BlockPart& part : parts) {
        const auto [set, is_new] = sets.try_emplace(part.set, 0);
        if (is_new) set->second = reuse_.open();
        needed_.clear();
        append_keys(launch_, part, tiles_, needed_);
        reuse_.use(set->second, needed_);
      }
      add_blocks(1);
    });
  }

  // All KV heads that have the mask of a Q tile need it at once.
  void heads_together() {
    std::vector<std::vector<std::size_t>> sets(launch_.heads.size());
    for (std::size_t r = 0; r < prepared_.view.problem.requests.size(); ++r)
      for (const KvHeads& heads : kv_heads_of(launch_, r)) {
        const std::size_t set = reuse_.open(heads.count * prepared_.view.problem.requests[r].times);
        for (const KvHeads::Use& use : heads.uses) sets[use.heads].push_back(set);
      }
    for (std::size_t part = 0; part < splits_; ++part)
      for (const LaunchedTile& tile : launch_.order) {
        const auto keys = keys_.of(tile, part);
        if (!keys) continue;
        const HeadTiles& heads = launch_.heads[tile.heads];
        for (const std::size_t set : sets[tile.heads]) reuse_.use(set, *keys);
        add_blocks(heads.laps * prepared_.view.problem.requests[heads.request].times * launch_.per_tile);
      }
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
  std::size_t splits_;
  BlockKeys keys_;
  TurnReuse reuse_;
  std::size_t sets_ = 0;                   // of keys, so far
  std::vector<std::size_t> sets_of_laps_;  // of reuse_
  std::vector<TileInterval> tiles_;        // of a block
  std::vector<KeySpan> needed_;            // by a block
  double blocks_ = 0;
  double in_turn_ = 0;
  double passed_ = 0;  // keys fetched by what is not gone through
};

}  // namespace

double fetched_in_turns(const PreparedKernel& prepared, const LaunchTiles& launch, double capacity) {
  if (prepared.kernel.splits.kind == KernelSplits::Kind::stream)
    return fetched_in_stream(prepared, launch, capacity);
  return TurnWalk(prepared, launch, capacity).fetched();
}

}  // namespace tilewright
