// Whether a mapping is as a constraint demands, from its plan alone and from what docs/map.md says.
#pragma once

#include <algorithm>

#include "explore/mapper/problem.hpp"

namespace tilewright::test {

class Obeys {
 public:
  Obeys(const MapProblem& problem, const Plan& plan) : problem_(problem), plan_(plan) {}

  bool operator()(const Constraint::Fuse& fuse) const {
    return groups([&](const GroupPlan& group) {
      const auto in = count(group, fuse.einsums);
      return in == 0 || in == std::ssize(fuse.einsums);
    });
  }
  bool operator()(const Constraint::Split& split) const {
    return groups([&](const GroupPlan& group) { return count(group, split.einsums) <= 1; });
  }
  bool operator()(const Constraint::MaxFused& most) const {
    return groups([&](const GroupPlan& group) { return group.einsums.size() <= most.einsums; });
  }
  bool operator()(const Constraint::Tile& tile) const {
    return groups([&](const GroupPlan& group) {
      const bool runs = std::ranges::any_of(group.einsums, [&](const EinsumPlan& plan) {
        return has(problem_.einsums[plan.einsum].iteration, tile.rank);
      });
      const auto loop = std::ranges::find(group.loops, tile.rank, &PlannedLoop::rank);
      return !runs || tile.sizes.has(loop == group.loops.end() ? problem_.shapes[tile.rank] : loop->tile);
    });
  }
  bool operator()(const Constraint::EverySize&) const { return true; }
  bool operator()(const Constraint::NoLoop& whole) const {
    return groups([&](const GroupPlan& group) { return factor(group.loops, whole.rank) == 1; });
  }
  bool operator()(const Constraint::Order& order) const {
    return groups([&](const GroupPlan& group) {
      std::vector<std::ptrdiff_t> positions;
      for (const RankId rank : order.ranks) {
        const auto loop = std::ranges::find(group.loops, rank, &PlannedLoop::rank);
        if (loop != group.loops.end()) positions.push_back(loop - group.loops.begin());
      }
      return std::ranges::is_sorted(positions);
    });
  }
  bool operator()(const Constraint::Residency& place) const {
    return groups([&](const GroupPlan& group) {
      std::size_t users = 0;
      std::size_t keepers = 0;
      for (const EinsumPlan& plan : group.einsums) {
        if (std::ranges::count(problem_.einsums[plan.einsum].operands, place.tensor, &MappedOperand::tensor) == 0)
          continue;
        ++users;
        keepers += std::ranges::count(plan.kept, place.tensor, &PlannedKeep::tensor) > 0 ? 1 : 0;
      }
      if (users == 0) return true;
      const bool held = std::ranges::any_of(group.keeps, [&](const PlannedKeep& keep) {
        return keep.tensor == place.tensor && role(keep.level) == place.role;
      });
      if (place.role != Role::lanes) return held == place.kept;
      return place.kept ? held || keepers == users : !held && keepers == 0;
    });
  }
  bool operator()(const Constraint::Units& units) const {
    return einsums(units.einsum, [&](const EinsumPlan& plan) {
      return (std::ranges::count(units.units, plan.unit) > 0) == units.on;
    });
  }
  bool operator()(const Constraint::Lanes& lanes) const {
    return einsums(lanes.einsum,
                   [&](const EinsumPlan& plan) { return lanes.sizes.has(factor(plan.lanes, lanes.rank)); });
  }
  bool operator()(const Constraint::LaneTile& tile) const {
    return einsums(tile.einsum,
                   [&](const EinsumPlan& plan) { return tile.sizes.has(factor(plan.in_lane, tile.rank)); });
  }

 private:
  template <class Holds>
  [[nodiscard]] bool groups(Holds holds) const {
    return std::ranges::all_of(plan_.groups, holds);
  }
  template <class Holds>
  [[nodiscard]] bool einsums(EinsumId einsum, Holds holds) const {
    return groups([&](const GroupPlan& group) {
      return std::ranges::all_of(group.einsums,
                                 [&](const EinsumPlan& plan) { return plan.einsum != einsum || holds(plan); });
    });
  }
  static std::ptrdiff_t count(const GroupPlan& group, const std::vector<EinsumId>& of) {
    return std::ranges::count_if(group.einsums,
                                 [&](const EinsumPlan& plan) { return std::ranges::count(of, plan.einsum) > 0; });
  }
  static double factor(const std::vector<PlannedLoop>& loops, RankId rank) {
    const auto loop = std::ranges::find(loops, rank, &PlannedLoop::rank);
    return loop == loops.end() ? 1 : loop->factor;
  }
  [[nodiscard]] Role role(LevelId level) const {
    if (!problem_.arch.levels[level].parent) return Role::outermost;
    return problem_.arch.levels[level].instances == 1 ? Role::shared : Role::lanes;
  }

  const MapProblem& problem_;
  const Plan& plan_;
};

/// All that the problem's mapspace demands.
inline bool obeys(const MapProblem& problem, const Plan& plan) {
  return std::ranges::all_of(problem.space.constraints(), [&](const Constraint& constraint) {
    return constraint.preferred || std::visit(Obeys(problem, plan), constraint.what);
  });
}

}  // namespace tilewright::test
