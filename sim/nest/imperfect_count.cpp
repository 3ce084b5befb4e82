#include "sim/nest/imperfect_count.hpp"

#include <algorithm>

namespace tilewright {

bool ImperfectCount::concerns(const Transfer& transfer, const SizedTree& sized) {
  const auto over = [&](NodeId loop) { return sized.imperfect_ranks().has(sized.flat().rank_of[loop]); };
  return std::ranges::any_of(transfer.trips, [&](const Transfer::Trip& trip) { return over(trip.loop); }) ||
         std::ranges::any_of(transfer.parent_instances, over) || std::ranges::any_of(transfer.distinct, over) ||
         std::ranges::any_of(transfer.shared, over);
}

double ImperfectCount::moved(const Transfer& transfer, const SizedTree& sized, Of of) {
  first_ = false;
  return count(transfer, sized, of);
}

double ImperfectCount::first(const Transfer& transfer, const SizedTree& sized, Of of) {
  first_ = true;
  return count(transfer, sized, of);
}

double ImperfectCount::count(const Transfer& transfer, const SizedTree& sized, Of of) {
  sized_ = &sized;
  stays_ = static_cast<bool>(transfer.child);
  find_path(transfer, of);
  measure_tile(transfer.tile);
  return over_instances(0, 1);
}

void ImperfectCount::find_path(const Transfer& transfer, Of of) {
  path_.clear();
  for (const Transfer::Trip& trip : transfer.trips)
    add(trip.loop, trip.relevant ? Does::select : Does::repeat, Does::repeat, transfer.tile);
  for (const NodeId loop : transfer.parent_instances) {
    const bool copy = std::ranges::find(transfer.parent_copies, loop) != transfer.parent_copies.end();
    add(loop, copy ? Does::copy : Does::spread, Does::copy, transfer.tile);
  }
  const Does alike = of == Of::wants ? Does::merge : Does::copy;
  for (const NodeId loop : transfer.distinct) add(loop, Does::spread, alike, transfer.tile);
  for (const NodeId loop : transfer.shared) add(loop, alike, alike, transfer.tile);
  std::ranges::stable_sort(path_, {}, &PathLoop::node);
  instance_.assign(path_.size(), before);
}

// A loop over a shared rank selects each of its tiles several times in a row.
void ImperfectCount::add(NodeId loop, Does does, Does again, const Tile& tile) {
  const RankId rank = sized_->flat().rank_of[loop];
  const double times = sized_->selected(tile, loop);
  if (does == Does::spread && !sized_->imperfect_ranks().has(rank)) does = Does::copy;
  path_.push_back({loop, rank, does, times, tile.shared ? times - 1 : sized_->last_index(loop)});
  const double repeats = sized_->factor(loop) / times;
  if (repeats > 1) path_.push_back({loop, rank, again, repeats, repeats - 1});
}

void ImperfectCount::measure_tile(const Tile& tile) {
  even_elements_ = sized_->tensor_elements(tile);
  edges_.clear();
  for (const NodeId loop : tile.loops) {
    const RankId rank = sized_->flat().rank_of[loop];
    if (!sized_->imperfect_ranks().has(rank)) {
      even_elements_ /= sized_->selected(tile, loop);
      continue;
    }
    const auto known = std::ranges::find(edges_, rank, &Edge::rank);
    if (known == edges_.end()) even_elements_ /= sized_->numbers().shapes[rank];
    Edge& edge = known == edges_.end() ? edges_.emplace_back() : *known;
    edge = {rank, sized_->below(loop), sized_->last_extent(loop)};  // of the innermost
  }
}

// Instances are alike that are before the one with the last coordinate, or after it.
double ImperfectCount::over_instances(std::size_t i, double instances) {
  while (i < path_.size() && path_[i].does != Does::spread) ++i;
  if (i == path_.size()) return instances * elements(0, sized_->imperfect_ranks());
  const PathLoop& loop = path_[i];
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
double ImperfectCount::elements(std::size_t i, Ranks last) const {
  if (i == path_.size()) return tile_elements(last);
  const PathLoop& loop = path_[i];
  const bool at_last = last.has(loop.rank);
  Ranks full = last;
  full.remove(loop.rank);
  if (loop.does == Does::spread) {
    if (at_last && instance_[i] == after) return 0;
    return elements(i + 1, instance_[i] == before ? full : last);
  }
  const double full_times = at_last ? loop.last : loop.times;
  const bool stays = loop.does == Does::repeat && (first_ || (stays_ && tiles(i + 1, last) <= 1));
  if (stays || loop.does == Does::merge) return elements(i + 1, full_times > 0 ? full : last);
  double sum = full_times > 0 ? full_times * elements(i + 1, full) : 0;
  if (at_last) sum += elements(i + 1, last);
  return sum;
}

// How many an instance has in turn.
double ImperfectCount::tiles(std::size_t i, Ranks last) const {
  if (i == path_.size()) return 1;
  const PathLoop& loop = path_[i];
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

double ImperfectCount::tile_elements(const Ranks& last) const {
  double elements = even_elements_;
  for (const Edge& edge : edges_) elements *= last.has(edge.rank) ? edge.last : edge.full;
  return elements;
}

}  // namespace tilewright
