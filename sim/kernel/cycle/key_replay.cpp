#include "sim/kernel/cycle/key_replay.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <list>
#include <queue>
#include <unordered_map>

#include "common/parallel.hpp"

namespace tilewright {

namespace {

constexpr double most_visits = 1 << 19;  // some 50 ms; of more a sample is looked at

// A KV tile of a set of keys.
using TileName = std::uint64_t;
struct Visit {
  TileName tile;
  double keys;
  double before = 0;  // visits of the block, also those that are not in the sample
};

class LeastRecentlyUsed {
 public:
  explicit LeastRecentlyUsed(double capacity) : free_(capacity) {}

  /// Whether the tile was there.
  bool use(const Visit& visit) {
    const auto found = where_.find(visit.tile);
    if (found != where_.end()) {
      order_.splice(order_.begin(), order_, found->second);
      return true;
    }
    free_ -= visit.keys;
    while (free_ < 0 && !order_.empty()) {
      free_ += order_.back().keys;
      where_.erase(order_.back().tile);
      order_.pop_back();
    }
    if (free_ < 0) {  // more than the whole memory
      free_ += visit.keys;
      return false;
    }
    order_.push_front(visit);
    where_[visit.tile] = order_.begin();
    return false;
  }

 private:
  double free_;
  std::list<Visit> order_;  // the last used first
  std::unordered_map<TileName, std::list<Visit>::iterator> where_;
};

// A block on its way through its visits, one after another in even steps.
struct Running {
  double begin;
  double step;
  std::vector<Visit> visits;
  std::size_t done = 0;

  [[nodiscard]] double next() const { return begin + step * visits[done].before; }
};

class Replay {
 public:
  Replay(const PreparedKernel& prepared, const LaunchTiles& launch, double capacity)
      : launch_(launch),
        every_(static_cast<std::size_t>(std::max(1.0, std::ceil(prepared.blocks.visits() / most_visits)))),
        memory_(capacity / static_cast<double>(every_)) {}

  void begin(const std::vector<BlockPart>& parts, const BlockSpan& span) {
    if (span.begin >= until_) {
      together_ = span.begin;
      until_ = span.end;
      advance(together_);
    }
    Running block{together_, 0, {}};
    const double all = find_visits(parts, block.visits);
    if (block.visits.empty()) return;
    block.step = std::max(0.0, static_cast<double>(span.end) - span.begin) / all;
    push(std::move(block));
  }

  // Of the keys of all visits, the share that was not there.
  double end() {
    advance(std::numeric_limits<double>::infinity());
    return used_ == 0 ? 0 : fetched_ / used_;
  }

 private:
  // The earliest first, and of those at the same time the first that was launched.
  struct Next {
    double time;
    std::size_t order;
    std::size_t at;  // into running_
    bool operator>(const Next& other) const { return time != other.time ? time > other.time : order > other.order; }
  };

  // Returns how many there are, of which the sample has some.
  double find_visits(const std::vector<BlockPart>& parts, std::vector<Visit>& visits) {
    double before = 0;
    for (const BlockPart& part : parts) {
      needed_.clear();
      append_tiles(launch_, part, needed_);
      for (const TileInterval& interval : needed_) {
        add(part.set, launch_.heads[part.tile.heads].tiles, interval, before, visits);
        before += static_cast<double>(interval.last - interval.first);
      }
    }
    return before;
  }

  // Those of the sample, which begins elsewhere in every set.
  void add(std::size_t set, const VisitedTiles& tiles, TileInterval interval, double before,
           std::vector<Visit>& visits) const {
    const auto first = static_cast<std::size_t>(interval.first);
    const std::size_t past = (first + set) % every_;
    for (std::size_t tile = past == 0 ? first : first + every_ - past;
         tile < static_cast<std::size_t>(interval.last); tile += every_) {
      const auto at = static_cast<Count>(tile);
      visits.push_back({(static_cast<TileName>(set) << 32) + tile,
                        tiles.keys_before(at + 1) - tiles.keys_before(at),
                        before + static_cast<double>(tile - first)});
    }
  }

  void push(Running block) {
    std::size_t at = running_.size();
    if (unused_.empty()) {
      running_.push_back(std::move(block));
    } else {
      at = unused_.back();
      unused_.pop_back();
      running_[at] = std::move(block);
    }
    next_.push({running_[at].next(), order_++, at});
  }

  void advance(double until) {
    while (!next_.empty() && next_.top().time <= until) {
      const Next now = next_.top();
      next_.pop();
      Running& block = running_[now.at];
      const Visit& visit = block.visits[block.done++];
      used_ += visit.keys;
      if (!memory_.use(visit)) fetched_ += visit.keys;
      if (block.done < block.visits.size()) {
        next_.push({block.next(), now.order, now.at});
      } else {
        unused_.push_back(now.at);
      }
    }
  }

  const LaunchTiles& launch_;
  std::size_t every_;
  LeastRecentlyUsed memory_;
  std::vector<TileInterval> needed_;  // by a part
  std::vector<Running> running_;
  std::vector<std::size_t> unused_;
  std::priority_queue<Next, std::vector<Next>, std::greater<>> next_;
  std::size_t order_ = 0;
  double together_ = 0;  // when the blocks began that go side by side
  double until_ = -1;    // the end of the first of them
  double used_ = 0;
  double fetched_ = 0;
};

}  // namespace

double replayed_keys(const PreparedKernel& prepared, const LaunchTiles& launch, const std::vector<BlockSpan>& spans,
                     double capacity) {
  Replay replay(prepared, launch, capacity);
  std::size_t number = 0;
  for_each_block(prepared, launch, [&](const std::vector<BlockPart>& parts) {
    if (number % 1024 == 0) stop_if_interrupted();
    if (number < spans.size()) replay.begin(parts, spans[number++]);
  });
  return replay.end() * prepared.blocks.fetched_keys;
}

}  // namespace tilewright
