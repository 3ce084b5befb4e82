#include "mappings/footprint.hpp"

#include <algorithm>
#include <cmath>

namespace tilewright {

namespace {

constexpr double rounding = 1e-12;

double bytes(const SizedTree& sized, const Residency& residency) {
  return sized.held_elements(residency) * sized.element_B(residency.tile.tensor);
}

// Whether a tile of one Einsum is still there at its next turn: no loop below the place where the Einsums part
// selects another one, nor does the next loop above it.
bool stays(const SizedTree& sized, const Residency& residency) {
  if (residency.turns) return false;
  for (std::size_t i = residency.trips.size(); i > 0; --i) {
    const Trip& trip = residency.trips[i - 1];
    if (sized.factor(trip.loop) == 1) continue;
    if (trip.relevant && sized.selected(residency.tile, trip.loop) > 1) return false;
    if (i <= residency.trips_of_turns) return true;
  }
  return false;
}

bool is_spread(const SizedTree& sized, const Residency& residency) {
  bool spread = false;
  residency.users.each([&](LeafId leaf) {
    for (const NodeId loop : sized.flat().leaves[leaf].spatial)
      spread = spread || (loop > residency.node && sized.factor(loop) > 1);
  });
  return spread;
}

const Residency& in_order(const SizedTree& sized, std::size_t i) {
  const FlatTree& flat = sized.flat();
  return flat.residencies[flat.by_level[i]];
}

}  // namespace

double even_share_B(double all_B, double element_B, double instances) {
  return std::ceil(all_B / element_B / instances * (1 - rounding)) * element_B;
}

double held_in_one_B(const SizedTree& sized, const Residency& residency, const Level& level) {
  const double all_B = bytes(sized, residency);
  if (level.instances == 1) return all_B;
  const double copies = is_spread(sized, residency) ? level.instances : sized.product(residency.copies);
  return even_share_B(all_B, sized.element_B(residency.tile.tensor), copies);
}

Footprints::Footprints(const Arch& arch, const std::vector<LevelId>& overbooked)
    : arch_(arch), overbooked_(arch.levels.size(), 0), unit_most_(arch.units.size(), Held()) {
  for (const LevelId level : overbooked) overbooked_[level] = 1;
}

Footprints::Held& Footprints::Held::operator+=(const Held& other) {
  all_B += other.all_B;
  one_B += other.one_B;
  return *this;
}

Misfit Footprints::count(const SizedTree& sized, ByLevel<Footprint>& result) {
  result.assign(arch_.levels.size(), {});
  std::size_t next = 0;
  for (const LevelId l : arch_.levels.ids()) {
    const Level& level = arch_.levels[l];
    Need need = most(sized, l, next);
    const double reserved_B = sized.numbers().reserved(l);
    need.held += {reserved_B, reserved_B / level.instances};
    result[l] = {.used_B = need.held.all_B, .one_B = need.held.one_B};
    if (need.held.one_B <= level.capacity_B) continue;
    if (overbooked_[l] == 0) return misfit(sized, l, need);
    result[l].spilled = 1 - level.capacity_B / need.held.one_B;
  }
  return {};
}

// Groups take turns.
Footprints::Need Footprints::most(const SizedTree& sized, LevelId level, std::size_t& next) {
  Need need;
  const std::size_t end = sized.flat().by_level.size();
  while (next < end && in_order(sized, next).level == level) {
    const GroupId group = in_order(sized, next).group;
    const Held held = held_by_group(sized, next);
    if (held.one_B > need.held.one_B) need.group = group;
    need.held = {std::max(need.held.all_B, held.all_B), std::max(need.held.one_B, held.one_B)};
  }
  return need;
}

Footprints::Held Footprints::held_by(const SizedTree& sized, const Residency& residency) const {
  return {bytes(sized, residency), held_in_one_B(sized, residency, arch_.levels[residency.level])};
}

// Residencies of one node stand next to each other, and so do those of one Einsum alone. Einsums of one unit take
// turns; units run at once.
Footprints::Held Footprints::held_by_group(const SizedTree& sized, std::size_t& next) {
  const LevelId level = in_order(sized, next).level;
  const GroupId group = in_order(sized, next).group;
  Held shared;
  Held alone;
  Held largest;
  LeafId leaf;
  NodeId node;
  std::ranges::fill(unit_most_, Held());
  for (; next < sized.flat().by_level.size(); ++next) {
    const Residency& residency = in_order(sized, next);
    if (residency.level != level || residency.group != group) break;
    Held held = held_by(sized, residency);
    if (residency.in_place) {
      if (residency.node != node) largest = {};
      held = beyond(largest, held);
    }
    node = residency.node;
    if (!residency.leaf || stays(sized, residency)) {
      shared += held;
      continue;
    }
    if (residency.leaf != leaf) {
      end_of_leaf(sized, leaf, alone);
      alone = {};
      leaf = residency.leaf;
    }
    alone += held;
  }
  end_of_leaf(sized, leaf, alone);
  for (const Held& most : unit_most_) shared += most;
  return shared;
}

void Footprints::end_of_leaf(const SizedTree& sized, LeafId leaf, Held alone) {
  if (!leaf) return;
  Held& most = unit_most_[sized.flat().leaves[leaf].unit];
  most = {std::max(most.all_B, alone.all_B), std::max(most.one_B, alone.one_B)};
}

// What a tensor in place takes more than the largest so far, which it then may be.
Footprints::Held Footprints::beyond(Held& largest, Held held) {
  const Held more{std::max(0.0, held.all_B - largest.all_B), std::max(0.0, held.one_B - largest.one_B)};
  largest += more;
  return more;
}

Misfit Footprints::misfit(const SizedTree& sized, LevelId level, const Need& need) const {
  Misfit result{.kind = Misfit::Kind::capacity, .level = level, .group = need.group};
  const Level& target = arch_.levels[level];
  result.has = need.held.one_B;
  result.wanted = target.capacity_B;
  result.reserved_B = sized.numbers().reserved(level) / target.instances;
  double largest = -1;
  for (const Residency& residency : sized.flat().residencies) {
    if (residency.level != level || residency.group != need.group) continue;
    const double one_B = held_in_one_B(sized, residency, target);
    if (one_B <= largest) continue;
    largest = one_B;
    result.node = residency.node;
    result.tensor = residency.tile.tensor;
  }
  return result;
}

}  // namespace tilewright
