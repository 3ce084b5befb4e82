#include "sim/nest/traffic.hpp"

#include <algorithm>
#include <span>

namespace tilewright {

namespace {

using Trips = std::span<const Transfer::Trip>;

// The trips whose loops move the tile: all above it, without the innermost run that selects the same one.
Trips moving(const Transfer& transfer, const SizedTree& sized) {
  Trips trips = transfer.trips;
  const auto stays = [&](const Transfer::Trip& trip) {
    return !trip.relevant || sized.selected(transfer.tile, trip.loop) == 1;
  };
  while (transfer.child && !trips.empty() && stays(trips.back())) trips = trips.first(trips.size() - 1);
  return trips;
}

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
  for (const Transfer::Trip& trip : trips)
    if (!trip.relevant) elements *= sized.factor(trip.loop);
  if (!transfer.tile.shared) return elements;
  for (std::size_t i = 0; i + 1 < trips.size(); ++i)
    if (trips[i].relevant) elements *= again(transfer, trips[i].loop, sized);
  return elements * again(transfer, transfer.parent_instances, sized);
}

struct Moved {
  double at_parent = 0;       ///< elements over all instances of the parent
  double at_child = 0;        ///< elements over all instances of the child
  double first = 0;           ///< of at_parent, those that come for the first time
  double first_at_child = 0;  ///< of at_child
  double sharing = 1;         ///< at_child / at_parent where one access serves all

  [[nodiscard]] double again() const { return std::max(0.0, at_parent - first); }
  [[nodiscard]] double again_at_child() const { return std::max(0.0, at_child - first_at_child); }
};

// What a mask leaves of the counts of a transfer.
struct Left {
  double at_parent = 1;
  double at_child = 1;
  double first = 1;  ///< of the elements that are touched at all
};

Left left_by(MaskShare& mask, const Transfer& transfer, Trips trips, double sharing) {
  SkippingLoops loops;
  SkippingLoops touching;
  // What a loop that selects nothing passes over is there for all loops below it.
  for (std::size_t i = 0; i < transfer.trips.size(); ++i) {
    const Transfer::Trip& trip = transfer.trips[i];
    (i < trips.size() ? loops.skipping : loops.in_step).push_back(trip.loop);
    if (i < trips.size() && trip.relevant) touching.skipping.push_back(trip.loop);
  }
  for (const Loops spatial : {transfer.parent_instances, transfer.distinct})
    for (const NodeId loop : spatial) {
      mask.add_lanes(loops, loop);
      mask.add_lanes(touching, loop);
    }
  SkippingLoops apart = loops;
  for (const NodeId loop : transfer.shared) {
    mask.add_lanes(apart, loop);
    loops.in_step.push_back(loop);
    touching.in_step.push_back(loop);
  }
  const double child = mask.share(transfer.einsum, apart);
  const double first = mask.share(transfer.einsum, touching);
  if (!transfer.once) return {child, child, first};
  // One for all instances is never more than one for each, wherever their tokens are.
  return {std::min(mask.share(transfer.einsum, loops), child * sharing), child, first};
}

Moved count_even(const Transfer& transfer, const SizedTree& sized) {
  double each = 0;
  double sharing = sized.product(transfer.shared);  // instances below one of the parent that want the same tile
  if (transfer.tile.shared) sharing *= again(transfer, transfer.distinct, sized);
  if (transfer.child)
    each = arriving(transfer, sized, moving(transfer, sized));
  else
    each = sharing == 1 ? sized.box(transfer.space) : sized.box(transfer.space) / sharing;
  Moved moved{.at_parent = transfer.once ? each : each * sharing, .at_child = each * sharing, .sharing = sharing};
  if (!transfer.accumulates) return moved;
  moved.first = sized.tensor_elements(transfer.tile) * sized.product(transfer.parent_copies);
  moved.first_at_child = transfer.once ? moved.first * sharing : moved.first;
  return moved;
}

Moved count_imperfect(const Transfer& transfer, const SizedTree& sized, ImperfectCount& imperfect) {
  using Of = ImperfectCount::Of;
  Moved moved{.at_child = imperfect.moved(transfer, sized, Of::instances)};
  moved.at_parent = transfer.once ? imperfect.moved(transfer, sized, Of::wants) : moved.at_child;
  moved.sharing = transfer.once ? moved.at_child / moved.at_parent : 1;
  if (!transfer.accumulates) return moved;
  moved.first = imperfect.first(transfer, sized, Of::wants);
  moved.first_at_child = transfer.once ? imperfect.first(transfer, sized, Of::instances) : moved.first;
  return moved;
}

// Without a mask.
Moved count(const Transfer& transfer, const Counted& counted) {
  if (counted.sized.imperfect() && ImperfectCount::concerns(transfer, counted.sized))
    return count_imperfect(transfer, counted.sized, counted.imperfect);
  return count_even(transfer, counted.sized);
}

Moved masked(const Transfer& transfer, const Counted& counted, MaskShare& mask) {
  Moved moved = count(transfer, counted);
  const Left left = left_by(mask, transfer, moving(transfer, counted.sized), moved.sharing);
  moved.at_parent *= left.at_parent;
  moved.at_child *= left.at_child;
  moved.first *= left.first;
  // Of what comes to a child, the same share comes again as at the parent.
  moved.first_at_child = moved.at_parent > 0 ? moved.at_child * (moved.first / moved.at_parent) : 0;
  return moved;
}

// Adds transfers up in a ledger: read(transfer, level, bytes), write(...) and fill(transfer, bytes).
template <class Ledger>
class Accounts {
 public:
  Accounts(const Counted& counted, const ByLevel<Footprint>& footprints, Ledger ledger)
      : counted_(counted), footprints_(footprints), ledger_(ledger) {}

  void add_all() {
    MaskShare* mask = counted_.mask;
    for (const Transfer& transfer : counted_.sized.flat().transfers)
      add(transfer, mask != nullptr && mask->masked(transfer.einsum) ? masked(transfer, counted_, *mask)
                                                                     : count(transfer, counted_));
  }

 private:
  void add(const Transfer& transfer, const Moved& moved) {
    const double scale = counted_.sized.element_B(transfer.tensor) * (1 - spilled(transfer.child));
    if (!transfer.up) {
      at_parent(transfer, moved.at_parent * scale, false);
      if (transfer.child) ledger_.fill(transfer, moved.at_child * scale);
      return;
    }
    at_parent(transfer, moved.at_parent * scale, true);
    if (!transfer.accumulates || moved.again() == 0) return;
    at_parent(transfer, moved.again() * scale, false);
    if (transfer.child) ledger_.fill(transfer, moved.again_at_child() * scale);
  }
  [[nodiscard]] double spilled(LevelId level) const { return level ? footprints_[level].spilled : 0; }
  // What does not fit a level is read and written at its parent as often as at the level itself.
  void at_parent(const Transfer& transfer, double bytes, bool write) {
    ledger_.move(transfer, transfer.parent, bytes, write);
    if (spilled(transfer.parent) > 0)
      ledger_.move(transfer, counted_.arch.levels[transfer.parent].parent, bytes * spilled(transfer.parent), write);
  }

  const Counted& counted_;
  const ByLevel<Footprint>& footprints_;
  Ledger ledger_;
};

// By group and level.
struct TotalLedger {
  ByGroup<GroupResult>& groups;

  [[nodiscard]] LevelBytes& at(const Transfer& transfer, LevelId level) const {
    return groups[transfer.group].level_bytes[level];
  }
  void move(const Transfer& transfer, LevelId level, double moved_B, bool write) const {
    LevelBytes& moved = at(transfer, level);
    (write ? moved.write_B : moved.read_B) += moved_B;
  }
  void fill(const Transfer& transfer, double moved_B) const { at(transfer, transfer.child).write_B += moved_B; }
};

// By level, tensor and Einsum.
struct DetailLedger {
  Result& result;

  void move(const Transfer& transfer, LevelId level, double bytes, bool write) const {
    (write ? result.write_B : result.read_B)[result.index(level, transfer.tensor, transfer.einsum)] += bytes;
  }
  void fill(const Transfer& transfer, double bytes) const {
    const std::size_t at = result.index(transfer.child, transfer.tensor, transfer.einsum);
    result.write_B[at] += bytes;
    result.fill_B[at] += bytes;
  }
};

}  // namespace

void count_traffic(const Counted& counted, const ByLevel<Footprint>& footprints, ByGroup<GroupResult>& groups) {
  for (GroupResult& group : groups) group.level_bytes.assign(counted.arch.levels.size(), {});
  Accounts(counted, footprints, TotalLedger{groups}).add_all();
}

void detail_traffic(const Counted& counted, Result& result) {
  const std::size_t size = counted.arch.levels.size() * result.tensors.size() * result.einsums.size();
  for (auto* bytes : {&result.read_B, &result.write_B, &result.fill_B}) bytes->assign(size, 0);
  Accounts(counted, result.footprints, DetailLedger{result}).add_all();
}

}  // namespace tilewright
