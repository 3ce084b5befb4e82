#include "sim/nest/tile_walk.hpp"

#include <algorithm>

namespace tilewright {

double TileWalk::count() {
  number_ranks();
  instance_.assign(path.size(), before);
  return over_instances(0, 1);
}

void TileWalk::number_ranks() {
  ranks_.clear();
  for (const Loop& loop : path)
    if (imperfect.has(loop.rank) && std::ranges::find(ranks_, loop.rank) == ranks_.end())
      ranks_.push_back(loop.rank);
  bits_.clear();
  for (const Loop& loop : path) bits_.push_back(bit_of(loop.rank));
}

TileWalk::LastRanks TileWalk::bit_of(RankId rank) const {
  const auto at = std::ranges::find(ranks_, rank);
  return at == ranks_.end() ? 0 : LastRanks{1} << (at - ranks_.begin());
}

// Instances are alike that are before the one with the last coordinate, or after it.
double TileWalk::over_instances(std::size_t i, double instances) {
  while (i < path.size() && path[i].does != Does::spread) ++i;
  if (i == path.size()) return instances * elements();
  const Loop& loop = path[i];
  double sum = 0;
  const double alike[] = {loop.last, 1, loop.times - 1 - loop.last};
  for (const Instance which : {before, at, after}) {
    if (alike[which] == 0) continue;
    instance_[i] = which;
    sum += over_instances(i + 1, instances * alike[which]);
  }
  return sum;
}

// From the innermost loop out. Before the outermost one all ranks are at their last coordinate.
double TileWalk::elements() {
  const LastRanks all = (LastRanks{1} << ranks_.size()) - 1;
  elements_.clear();
  for (LastRanks last = 0; last <= all; ++last) elements_.push_back(tile_elements(last));
  tiles_.assign(all + 1, 1);
  for (std::size_t i = path.size(); i-- > 0;) add_loop(path[i], instance_[i], bits_[i]);
  return elements_[all];
}

// A set of ranks looks at itself and at that without the loop's: so from the largest set on they change in place.
void TileWalk::add_loop(const Loop& loop, Instance instance, LastRanks rank) {
  for (LastRanks last = tiles_.size(); last-- > 0;) {
    const bool at_last = (last & rank) != 0;
    const LastRanks full = last & ~rank;
    if (loop.does == Does::spread) {
      const bool none = at_last && instance == after;
      const LastRanks below = instance == before ? full : last;
      elements_[last] = none ? 0 : elements_[below];
      tiles_[last] = none ? 0 : tiles_[below];
      continue;
    }
    const double full_times = at_last ? loop.last : loop.times;
    const auto all = [&](const std::vector<double>& of) {
      return (full_times > 0 ? full_times * of[full] : 0) + (at_last ? of[last] : 0);
    };
    const bool same = loop.does == Does::repeat && (first_only || (stays && !loop.turns && tiles_[last] <= 1));
    elements_[last] = same || loop.does == Does::merge ? elements_[full_times > 0 ? full : last] : all(elements_);
    if (loop.does == Does::select) tiles_[last] = all(tiles_);
  }
}

double TileWalk::tile_elements(LastRanks last) const {
  double elements = even_elements;
  for (const Edge& edge : edges) {
    const LastRanks rank = bit_of(edge.rank);
    const bool at_last = rank == 0 ? imperfect.has(edge.rank) : (last & rank) != 0;
    elements *= at_last ? edge.last : edge.full;
  }
  return elements;
}

}  // namespace tilewright
