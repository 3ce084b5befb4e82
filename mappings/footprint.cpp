#include "mappings/footprint.hpp"

#include <algorithm>
#include <numeric>

namespace tilewright {

namespace {

double bytes(const SizedTree& sized, const Residency& residency) {
  return sized.held_elements(residency) * sized.element_B(residency.tile.tensor);
}

const Residency& in_order(const SizedTree& sized, std::size_t i) {
  const FlatTree& flat = sized.flat();
  return flat.residencies[flat.by_level[i]];
}

}  // namespace

Footprints::Footprints(const Arch& arch, const std::vector<LevelId>& overbooked)
    : arch_(arch), overbooked_(arch.levels.size(), 0), unit_most_(arch.units.size(), 0) {
  for (const LevelId level : overbooked) overbooked_[level] = 1;
}

Misfit Footprints::count(const SizedTree& sized, ByLevel<Footprint>& result) {
  result.assign(arch_.levels.size(), {});
  std::size_t next = 0;
  for (const LevelId l : arch_.levels.ids()) {
    const Level& level = arch_.levels[l];
    Need need = most(sized, l, next);
    need.used_B += sized.numbers().reserved(l);
    result[l].used_B = need.used_B;
    const double capacity = level.capacity_B * level.instances;
    if (need.used_B <= capacity) continue;
    if (overbooked_[l] == 0) return misfit(sized, l, need);
    result[l].spilled = 1 - capacity / need.used_B;
  }
  return {};
}

// Groups take turns.
Footprints::Need Footprints::most(const SizedTree& sized, LevelId level, std::size_t& next) {
  Need need;
  const std::size_t end = sized.flat().by_level.size();
  while (next < end && in_order(sized, next).level == level) {
    const GroupId group = in_order(sized, next).group;
    const double size = held_by_group(sized, next);
    if (size > need.used_B) need = {size, group};
  }
  return need;
}

// Residencies of one node stand next to each other, and so do those of one Einsum alone. Einsums of one unit take
// turns; units run at once.
double Footprints::held_by_group(const SizedTree& sized, std::size_t& next) {
  const LevelId level = in_order(sized, next).level;
  const GroupId group = in_order(sized, next).group;
  double shared = 0;
  double alone = 0;
  double largest = 0;
  LeafId leaf;
  NodeId node;
  std::ranges::fill(unit_most_, 0);
  for (; next < sized.flat().by_level.size(); ++next) {
    const Residency& residency = in_order(sized, next);
    if (residency.level != level || residency.group != group) break;
    double size = bytes(sized, residency);
    if (residency.in_place) {
      if (residency.node != node) largest = 0;
      const double more = std::max(0.0, size - largest);
      largest = std::max(largest, size);
      size = more;
    }
    node = residency.node;
    if (!residency.leaf) {
      shared += size;
      continue;
    }
    if (residency.leaf != leaf) {
      end_of_leaf(sized, leaf, alone);
      alone = 0;
      leaf = residency.leaf;
    }
    alone += size;
  }
  end_of_leaf(sized, leaf, alone);
  return std::accumulate(unit_most_.begin(), unit_most_.end(), shared);
}

void Footprints::end_of_leaf(const SizedTree& sized, LeafId leaf, double alone_B) {
  if (!leaf) return;
  double& most = unit_most_[sized.flat().leaves[leaf].unit];
  most = std::max(most, alone_B);
}

Misfit Footprints::misfit(const SizedTree& sized, LevelId level, const Need& need) const {
  Misfit result{.kind = Misfit::Kind::capacity, .level = level, .group = need.group};
  const Level& target = arch_.levels[level];
  result.has = need.used_B;
  result.wanted = target.capacity_B * target.instances;
  result.reserved_B = sized.numbers().reserved(level);
  double largest = -1;
  for (const Residency& residency : sized.flat().residencies) {
    if (residency.level != level || residency.group != need.group || bytes(sized, residency) <= largest) continue;
    largest = bytes(sized, residency);
    result.node = residency.node;
    result.tensor = residency.tile.tensor;
  }
  return result;
}

}  // namespace tilewright
