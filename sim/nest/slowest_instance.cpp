#include "sim/nest/slowest_instance.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace tilewright {

namespace {

// Whether an iteration of the loops so far always selects tokens in a row: outer loops are the more significant
// ones.
bool select_rows(const std::vector<TimedLoop>& loops) {
  std::array<Count, sides> apart;
  apart.fill(most_tokens);
  for (const TimedLoop& loop : loops)
    if (std::exchange(apart[loop.side], loop.apart) < loop.apart) return false;
  return true;
}

// The loops to walk: down to the innermost instances; below them all is a sum, over a region in a row.
std::span<const TimedLoop> walked_loops(const std::vector<TimedLoop>& loops) {
  if (!select_rows(loops)) return loops;
  const auto last = std::ranges::find_if(loops.rbegin(), loops.rend(), &TimedLoop::independent);
  return {loops.begin(), last.base()};
}

// Share of visited tiles among Q tiles [first, last) and the keys [first, first + count).
double visited_of(const HeadVisits& head, Count first_row, Count last_row, Count first_key, Count keys) {
  const Count first = head.map ? first_key / head.key_tile : 0;
  const Count last = head.map ? ceil_div(first_key + keys, head.key_tile) : head.key_tiles;
  Count visited = 0;
  if (!head.map)
    std::for_each(head.rows.begin() + first_row, head.rows.begin() + last_row,
                  [&](const TileCount& tile) { visited += tile.visited; });
  // Beyond the last block there is nothing: regions are of whole tiles, also where the last one is cut off.
  const Count rows = head.map ? std::min(last_row, head.map->query_blocks()) : 0;
  for (Count row = first_row; row < rows; ++row)
    for (Count column = first; column < std::min(last, head.map->key_blocks()); ++column)
      visited += head.map->test(row, column) ? 1 : 0;
  return static_cast<double>(visited) / static_cast<double>((last_row - first_row) * (last - first));
}

}  // namespace

SlowestInstance::SlowestInstance(const std::vector<TimedLoop>& loops, const std::vector<HeadVisits>& heads)
    : loops_(loops), heads_(heads), walked_(walked_loops(loops).size()) {}

bool SlowestInstance::needs_map(const std::vector<TimedLoop>& loops) {
  return std::ranges::any_of(walked_loops(loops), [](const TimedLoop& loop) { return loop.side == key_side; });
}

double SlowestInstance::share(const std::array<Count, sides>& all) const {
  return share_of(0, {Range{0, all[query_side]}, Range{0, all[key_side]}, Range{0, all[head_side]}});
}

double SlowestInstance::share_of(std::size_t depth, const Region& region) const {
  if (depth == walked_) return visited(region);
  const TimedLoop& loop = loops_[depth];
  double sum = 0;
  double longest = 0;
  for (Count i = 0; i < loop.times; ++i) {
    Region inner = region;
    const auto& [first, count] = region[loop.side];
    inner[loop.side] = {first + i * loop.apart, std::min(count, loop.apart)};
    const double each = share_of(depth + 1, inner);
    sum += each;
    longest = std::max(longest, each);
  }
  return loop.independent ? longest : sum / static_cast<double>(loop.times);
}

double SlowestInstance::visited(const Region& region) const {
  const auto& [queries, keys, heads] = region;
  double sum = 0;
  Count first = 0;
  for (const HeadVisits& head : heads_) {
    const Count meet = std::min(first + head.heads, heads.first + heads.count) - std::max(first, heads.first);
    first += head.heads;
    if (meet <= 0) continue;
    const Count last_row = ceil_div(queries.first + queries.count, head.query_tile);
    sum += static_cast<double>(meet) *
           visited_of(head, queries.first / head.query_tile, last_row, keys.first, keys.count);
  }
  return sum / static_cast<double>(heads.count);
}

}  // namespace tilewright
