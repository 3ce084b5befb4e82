#include "sim/nest/transfer_count.hpp"

namespace tilewright {

Trips moving(const Transfer& transfer, const SizedTree& sized) {
  Trips trips = transfer.trips;
  const auto stays = [&](const Trip& trip) {
    return !trip.relevant || sized.selected(transfer.tile, trip.loop) == 1;
  };
  while (transfer.child && trips.size() > transfer.turns && stays(trips.back()))
    trips = trips.first(trips.size() - 1);
  return trips;
}

namespace {

// So many times in a row does a loop select the same tile of the tensor, of each that it selects.
double again(const Transfer& transfer, NodeId loop, const SizedTree& sized) {
  return transfer.tile.shared ? sized.factor(loop) / sized.selected(transfer.tile, loop) : 1;
}

double again(const Transfer& transfer, Loops loops, const SizedTree& sized) {
  double result = 1;
  if (transfer.tile.shared)
    for (const NodeId loop : loops) result *= again(transfer, loop, sized);
  return result;
}

// Elements that come to the children, of every child that wants the same once. Loops that select another tile come
// to the whole tensor, each of its elements once; the others repeat it.
double arriving(const Transfer& transfer, const SizedTree& sized, Trips trips) {
  double elements = sized.tensor_elements(transfer.tile) * sized.product(transfer.parent_copies);
  for (const Trip& trip : trips)
    if (!trip.relevant) elements *= sized.factor(trip.loop);
  if (!transfer.tile.shared) return elements;
  // The innermost keeps its tile, but where the tile has its turns.
  const std::size_t moving_again = trips.size() <= transfer.turns ? trips.size() : trips.size() - 1;
  for (std::size_t i = 0; i < moving_again; ++i)
    if (trips[i].relevant) elements *= again(transfer, trips[i].loop, sized);
  return elements * again(transfer, transfer.parent_instances, sized);
}

MovedElements count_even(const Transfer& transfer, const SizedTree& sized) {
  double each = 0;
  double sharing = sized.product(transfer.shared);  // instances below one of the parent that want the same tile
  if (transfer.tile.shared) sharing *= again(transfer, transfer.distinct, sized);
  if (transfer.child)
    each = arriving(transfer, sized, moving(transfer, sized));
  else
    each = sharing == 1 ? sized.box(transfer.space) : sized.box(transfer.space) / sharing;
  MovedElements moved{
      .at_parent = transfer.once ? each : each * sharing, .at_child = each * sharing, .sharing = sharing};
  if (!transfer.accumulates) return moved;
  moved.first = sized.tensor_elements(transfer.tile) * sized.product(transfer.parent_copies);
  moved.first_at_child = transfer.once ? moved.first * sharing : moved.first;
  return moved;
}

MovedElements count_imperfect(const Transfer& transfer, const SizedTree& sized, ImperfectCount& imperfect) {
  using Of = ImperfectCount::Of;
  MovedElements moved{.at_child = imperfect.moved(transfer, sized, Of::instances)};
  moved.at_parent = transfer.once ? imperfect.moved(transfer, sized, Of::wants) : moved.at_child;
  moved.sharing = transfer.once ? moved.at_child / moved.at_parent : 1;
  if (!transfer.accumulates) return moved;
  moved.first = imperfect.first(transfer, sized, Of::wants);
  moved.first_at_child = transfer.once ? imperfect.first(transfer, sized, Of::instances) : moved.first;
  return moved;
}

}  // namespace

MovedElements count_moved(const Transfer& transfer, const SizedTree& sized, ImperfectCount& imperfect) {
  if (sized.imperfect() && ImperfectCount::concerns(transfer, sized))
    return count_imperfect(transfer, sized, imperfect);
  return count_even(transfer, sized);
}

}  // namespace tilewright
