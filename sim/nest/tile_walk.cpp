#include "sim/nest/tile_walk.hpp"

namespace tilewright {

double TileWalk::count() {
  instance_.assign(path.size(), before);
  return over_instances(0, 1);
}

// Instances are alike that are before the one with the last coordinate, or after it.
double TileWalk::over_instances(std::size_t i, double instances) {
  while (i < path.size() && path[i].does != Does::spread) ++i;
  if (i == path.size()) return instances * elements(0, imperfect);
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

// `last`: ranks along which the iterations so far are those with the last coordinate.
double TileWalk::elements(std::size_t i, Ranks last) const {
  if (i == path.size()) return tile_elements(last);
  const Loop& loop = path[i];
  const bool at_last = last.has(loop.rank);
  Ranks full = last;
  full.remove(loop.rank);
  if (loop.does == Does::spread) {
    if (at_last && instance_[i] == after) return 0;
    return elements(i + 1, instance_[i] == before ? full : last);
  }
  const double full_times = at_last ? loop.last : loop.times;
  const bool same = loop.does == Does::repeat && (first_only || (stays && !loop.turns && tiles(i + 1, last) <= 1));
  if (same || loop.does == Does::merge) return elements(i + 1, full_times > 0 ? full : last);
  double sum = full_times > 0 ? full_times * elements(i + 1, full) : 0;
  if (at_last) sum += elements(i + 1, last);
  return sum;
}

// How many an instance has in turn.
double TileWalk::tiles(std::size_t i, Ranks last) const {
  if (i == path.size()) return 1;
  const Loop& loop = path[i];
  const bool at_last = last.has(loop.rank);
  Ranks full = last;
  full.remove(loop.rank);
  if (loop.does == Does::spread) {
    if (at_last && instance_[i] == after) return 0;
    return tiles(i + 1, instance_[i] == before ? full : last);
  }
  if (loop.does != Does::select) return tiles(i + 1, last);
  const double full_times = at_last ? loop.last : loop.times;
  return (full_times > 0 ? full_times * tiles(i + 1, full) : 0) + (at_last ? tiles(i + 1, last) : 0);
}

double TileWalk::tile_elements(const Ranks& last) const {
  double elements = even_elements;
  for (const Edge& edge : edges) elements *= last.has(edge.rank) ? edge.last : edge.full;
  return elements;
}

}  // namespace tilewright
