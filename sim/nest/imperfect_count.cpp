#include "sim/nest/imperfect_count.hpp"

#include <algorithm>

namespace tilewright {

bool ImperfectCount::concerns(const Transfer& transfer, const SizedTree& sized) {
  const auto over = [&](NodeId loop) { return sized.imperfect_ranks().has(sized.flat().rank_of[loop]); };
  return std::ranges::any_of(transfer.trips, [&](const Trip& trip) { return over(trip.loop); }) ||
         std::ranges::any_of(transfer.parent_instances, over) || std::ranges::any_of(transfer.distinct, over) ||
         std::ranges::any_of(transfer.shared, over);
}

double ImperfectCount::moved(const Transfer& transfer, const SizedTree& sized, Of of) {
  walk_.first_only = false;
  return count(transfer, sized, of);
}

double ImperfectCount::first(const Transfer& transfer, const SizedTree& sized, Of of) {
  walk_.first_only = true;
  return count(transfer, sized, of);
}

double ImperfectCount::count(const Transfer& transfer, const SizedTree& sized, Of of) {
  sized_ = &sized;
  walk_.stays = static_cast<bool>(transfer.child);
  walk_.imperfect = sized.imperfect_ranks();
  find_path(transfer, of);
  measure_tile(transfer.tile);
  return walk_.count();
}

void ImperfectCount::find_path(const Transfer& transfer, Of of) {
  path_.clear();
  for (const Trip& trip : transfer.trips)
    add(trip.loop, trip.relevant ? Does::select : Does::repeat, Does::repeat, transfer.tile);
  for (const NodeId loop : transfer.parent_instances) {
    const bool copy = std::ranges::find(transfer.parent_copies, loop) != transfer.parent_copies.end();
    add(loop, copy ? Does::copy : Does::spread, Does::copy, transfer.tile);
  }
  const Does alike = of == Of::wants ? Does::merge : Does::copy;
  for (const NodeId loop : transfer.distinct) add(loop, Does::spread, alike, transfer.tile);
  for (const NodeId loop : transfer.shared) add(loop, alike, alike, transfer.tile);
  for (const Trip& trip : transfer.trips.first(transfer.turns))
    for (auto& [node, loop] : path_)
      if (node == trip.loop) loop.turns = true;
  std::ranges::stable_sort(path_, {}, &std::pair<NodeId, TileWalk::Loop>::first);
  walk_.path.clear();
  for (const auto& [node, loop] : path_) walk_.path.push_back(loop);
}

// A loop over a shared rank selects each of its tiles several times in a row.
void ImperfectCount::add(NodeId loop, Does does, Does again, const Tile& tile) {
  const RankId rank = sized_->flat().rank_of[loop];
  const double times = sized_->selected(tile, loop);
  if (does == Does::spread && !sized_->imperfect_ranks().has(rank)) does = Does::copy;
  path_.push_back({loop, {rank, does, times, tile.shared ? times - 1 : sized_->last_index(loop)}});
  const double repeats = sized_->factor(loop) / times;
  if (repeats > 1) path_.push_back({loop, {rank, again, repeats, repeats - 1}});
}

void ImperfectCount::measure_tile(const Tile& tile) {
  walk_.even_elements = sized_->tensor_elements(tile);
  walk_.edges.clear();
  for (const NodeId loop : tile.loops) {
    const RankId rank = sized_->flat().rank_of[loop];
    if (!sized_->imperfect_ranks().has(rank)) {
      walk_.even_elements /= sized_->selected(tile, loop);
      continue;
    }
    const auto known = std::ranges::find(walk_.edges, rank, &TileWalk::Edge::rank);
    const bool fresh = known == walk_.edges.end();
    if (fresh) walk_.even_elements /= sized_->numbers().shapes[rank];
    TileWalk::Edge& edge = fresh ? walk_.edges.emplace_back() : *known;
    edge = {rank, sized_->below(loop), sized_->last_extent(loop)};  // of the innermost
  }
}

}  // namespace tilewright
