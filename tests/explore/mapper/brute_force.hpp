// Every mapping of a small space, one by one, priced by the model: what the mapper's search must agree with.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

#include "explore/mapper/objective.hpp"
#include "explore/mapper/problem.hpp"
#include "mappings/space/plan.hpp"
#include "sim/nest/mask_share.hpp"
#include "sim/nest/tree_model.hpp"
#include "tests/explore/mapper/obeys.hpp"

namespace tilewright::test {

/// Written from the description of the space (docs/map.md) and not from the search.
class BruteForce {
 public:
  explicit BruteForce(const MapProblem& problem)
      : problem_(problem),
        mask_(problem.conditions.mask),
        model_({problem.facts, problem.arch, problem.element_B,
                problem.conditions.shared ? &*problem.conditions.shared : nullptr}) {}

  /// Calls `visit` for every mapping that the model takes; of so many of the space in a row for the first alone.
  void each(const std::function<void(const Plan&, const Score&)>& visit, std::size_t in_a_row = 1) {
    visit_ = &visit;
    in_a_row_ = in_a_row;
    passed_ = 0;
    Plan plan;
    plan.groups.reserve(problem_.cascade.einsums.size());  // groups stay where they are
    partition(0, plan);
  }

  [[nodiscard]] std::optional<Score> best(const Objective& objective) {
    std::optional<Score> best;
    each([&](const Plan&, const Score& score) {
      if (!best || objective.before(score, *best)) best = score;
    });
    return best;
  }

  [[nodiscard]] std::optional<Score> score_of(const Plan& plan) {
    PlannedTree tree = tree_of(plan, problem_.cascade);
    Numbers numbers;
    numbers.shapes = problem_.shapes;
    numbers.factors = tree.factors;
    numbers.groups = problem_.conditions.shared ? problem_.conditions.groups : 0;
    if (model_.set(tree.tree)) return std::nullopt;
    Mapping mapping;  // what a mask wants to know of it
    std::optional<MaskShare> share;
    if (mask_ != nullptr) {
      mapping.tree = tree.tree;
      share.emplace(*mask_, problem_.cascade, mapping);
    }
    try {
      if (model_.evaluate(numbers, totals_, share ? &*share : nullptr)) return std::nullopt;
    } catch (const InfeasibleError&) {
      return std::nullopt;  // steps are no parts of the tiles that are skipped
    }
    Score score{totals_.time_s, totals_.energy_J, 0, 0};
    for (const GroupResult& group : totals_.groups) {
      const LevelBytes& outer = group.level_bytes[problem_.roles.outermost];
      score.traffic_B += outer.read_B + outer.write_B;
    }
    if (problem_.roles.shared) score.buffer_B = totals_.footprints[problem_.roles.shared].used_B;
    return score;
  }

 private:
  void partition(std::size_t first, Plan& plan) {
    const std::size_t all = problem_.cascade.einsums.size();
    if (first == all) {
      if (passed_++ % in_a_row_ != 0 || !obeys(problem_, plan)) return;
      if (const auto score = score_of(plan)) (*visit_)(plan, *score);
      return;
    }
    for (std::size_t last = first; last < all; ++last) group(first, last, plan);
  }

  // ----- one group

  void group(std::size_t first, std::size_t last, Plan& plan) {
    std::vector<EinsumId> einsums;
    for (std::size_t e = first; e <= last; ++e) einsums.push_back(EinsumId::at(e));
    RankBits all = 0;
    RankBits closed = 0;  // reduced by one of them, and read by another
    for (const EinsumId e : einsums) {
      all |= problem_.einsums[e].iteration;
      for (const EinsumId reader : einsums)
        for (const auto& read : problem_.facts.reads(reader))
          if (read.tensor == problem_.facts.write(e).tensor) closed |= problem_.einsums[e].reduced;
    }
    std::vector<RankId> ranks;
    for (const RankId rank : problem_.shapes.ids())
      if (has(all & ~closed, rank) && problem_.shapes[rank] > 1) ranks.push_back(rank);
    plan.groups.push_back({last > first, {}, {}, {}, {}});
    std::sort(ranks.begin(), ranks.end());
    loops(ranks, 0, einsums, plan);
    plan.groups.pop_back();
  }

  void loops(const std::vector<RankId>& ranks, std::size_t r, const std::vector<EinsumId>& einsums, Plan& plan) {
    std::vector<PlannedLoop>& all = plan.groups.back().loops;
    if (r == ranks.size()) {
      if (is_closed_batch(einsums, all) || is_of_several_groups(einsums, all)) return;
      const std::vector<PlannedLoop> given = all;
      std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.rank < b.rank; });
      do {
        skip(einsums, plan, [&] { tensors(einsums, plan); });
      } while (std::next_permutation(all.begin(), all.end(),
                                     [](const auto& a, const auto& b) { return a.rank < b.rank; }));
      all = given;
      return;
    }
    for (const double tile : problem_.tile_sizes[ranks[r]]) {
      const double factor = std::ceil(problem_.shapes[ranks[r]] / tile);
      if (factor > 1) all.push_back({ranks[r], factor, tile});
      loops(ranks, r + 1, einsums, plan);
      if (factor > 1) all.pop_back();
    }
  }

  // Ranks that select elements of every tensor are in single steps, but where an Einsum needs them to fill lanes.
  [[nodiscard]] bool is_closed_batch(const std::vector<EinsumId>& einsums,
                                     const std::vector<PlannedLoop>& loops) const {
    RankBits batch = ~RankBits{0};
    for (const EinsumId e : einsums) {
      batch &= problem_.einsums[e].iteration;
      for (const MappedOperand& operand : problem_.einsums[e].operands) batch &= operand.ranks;
    }
    for (const EinsumId e : einsums)
      for (const UnitId unit : problem_.arch.units.ids())
        if (problem_.einsums[e].costs[unit] &&
            problem_.box(problem_.einsums[e].iteration & ~batch & ~problem_.einsums[e].apart) <
                problem_.arch.units[unit].lanes)
          return false;
    for (const RankId rank : problem_.shapes.ids()) {
      if (!has(batch, rank) || problem_.shapes[rank] == 1 || is_demanded_of(rank, einsums)) continue;
      if (block(loops, rank) != 1) return true;
    }
    return false;
  }

  // A constraint speaks of loops over the rank, or of lanes of one of the Einsums.
  [[nodiscard]] bool is_demanded_of(RankId rank, const std::vector<EinsumId>& einsums) const {
    return std::ranges::any_of(problem_.space.constraints(), [&](const Constraint& constraint) {
      if (const auto* tile = std::get_if<Constraint::Tile>(&constraint.what)) return tile->rank == rank;
      if (const auto* whole = std::get_if<Constraint::NoLoop>(&constraint.what)) return whole->rank == rank;
      if (const auto* order = std::get_if<Constraint::Order>(&constraint.what))
        return std::ranges::count(order->ranks, rank) > 0;
      if (const auto* lanes = std::get_if<Constraint::Lanes>(&constraint.what))
        return std::ranges::count(einsums, lanes->einsum) > 0;
      if (const auto* held = std::get_if<Constraint::LaneTile>(&constraint.what))
        return std::ranges::count(einsums, held->einsum) > 0;
      return false;
    });
  }

  // Blocks have coordinates of one group of those that share a tensor, wherever that is used.
  [[nodiscard]] bool is_of_several_groups(const std::vector<EinsumId>& einsums,
                                          const std::vector<PlannedLoop>& loops) const {
    if (!problem_.conditions.shared) return false;
    const SharedRank& shared = *problem_.conditions.shared;
    const bool uses = std::ranges::any_of(einsums, [&](EinsumId e) {
      return std::ranges::any_of(problem_.facts.reads(e),
                                 [&](const auto& read) { return shared.tensors[read.tensor] != 0; });
    });
    const double group = problem_.shapes[shared.rank] / problem_.conditions.groups;
    return uses && std::fmod(group, block(loops, shared.rank)) != 0;
  }

  // What the shared loops leave of a rank.
  [[nodiscard]] double block(const std::vector<PlannedLoop>& loops, RankId rank) const {
    const auto loop = std::ranges::find(loops, rank, &PlannedLoop::rank);
    return loop == loops.end() ? problem_.shapes[rank] : loop->tile;
  }

  struct Place {
    LevelId level;
    int below;
    bool outer;
  };

  // What is skipped at once: along queries and keys what their loops leave of them, or parts of what has no loop.
  void skip(const std::vector<EinsumId>& einsums, Plan& plan, const std::function<void()>& next) const {
    GroupPlan& group = plan.groups.back();
    group.tiles.clear();
    if (mask_ == nullptr) return next();
    const RankId queries = problem_.cascade.rank(mask_->queries);
    const RankId keys = problem_.cascade.rank(mask_->keys);
    const auto runs_over_both = [&](EinsumId e) {
      return has(problem_.einsums[e].iteration, queries) && has(problem_.einsums[e].iteration, keys);
    };
    if (std::ranges::none_of(einsums, runs_over_both)) return next();
    const auto sizes = [&](RankId rank) {
      for (const PlannedLoop& loop : group.loops)
        if (loop.rank == rank) return std::vector{loop.tile};
      return divisors(problem_.shapes[rank]);
    };
    for (const double of_queries : sizes(queries))
      for (const double of_keys : sizes(keys)) {
        plan.groups.back().tiles = {{queries, static_cast<Count>(of_queries)}, {keys, static_cast<Count>(of_keys)}};
        next();
      }
  }

  void tensors(const std::vector<EinsumId>& einsums, Plan& plan) {
    std::vector<TensorId> used;
    for (const EinsumId e : einsums)
      for (const MappedOperand& operand : problem_.einsums[e].operands)
        if (std::ranges::find(used, operand.tensor) == used.end()) used.push_back(operand.tensor);
    std::sort(used.begin(), used.end());
    std::vector<Place> places;
    place(used, places, einsums, plan);
  }

  [[nodiscard]] bool is_internal(TensorId tensor, const std::vector<EinsumId>& einsums) const {
    if (problem_.cascade.tensors[tensor].role != Tensor::Role::intermediate) return false;
    for (const EinsumId e : problem_.einsums.ids())
      for (const MappedOperand& operand : problem_.einsums[e].operands)
        if (operand.tensor == tensor && std::ranges::find(einsums, e) == einsums.end()) return false;
    return true;
  }

  [[nodiscard]] bool computes_a_user(UnitId unit, TensorId tensor, const std::vector<EinsumId>& einsums) const {
    return std::ranges::any_of(einsums, [&](EinsumId e) {
      return problem_.einsums[e].costs[unit] &&
             std::ranges::find(problem_.einsums[e].operands, tensor, &MappedOperand::tensor) !=
                 problem_.einsums[e].operands.end();
    });
  }

  void place(const std::vector<TensorId>& used, std::vector<Place>& places, const std::vector<EinsumId>& einsums,
             Plan& plan) {
    GroupPlan& group = plan.groups.back();
    if (places.size() == used.size()) {
      group.keeps.clear();
      for (std::size_t t = 0; t < used.size(); ++t) {
        if (places[t].outer) group.keeps.push_back({used[t], problem_.roles.outermost, 0});
        if (places[t].level != problem_.roles.outermost)
          group.keeps.push_back({used[t], places[t].level, places[t].below});
      }
      std::stable_sort(group.keeps.begin(), group.keeps.end(), [](const auto& a, const auto& b) {
        return std::tie(a.below, a.level) < std::tie(b.below, b.level);
      });
      group.einsums.clear();
      einsum(einsums, 0, plan);
      return;
    }
    const TensorId tensor = used[places.size()];
    const bool internal = is_internal(tensor, einsums);
    const auto with = [&](const Place& next) {
      places.push_back(next);
      place(used, places, einsums, plan);
      places.pop_back();
    };
    with({problem_.roles.outermost, 0, true});
    for (int below = 0; below <= static_cast<int>(group.loops.size()); ++below) {
      if (problem_.roles.shared) with({problem_.roles.shared, below, !internal});
      if (!internal) continue;
      for (const UnitId unit : problem_.arch.units.ids())
        for (const LevelId level : problem_.roles.lanes[unit])
          if (computes_a_user(unit, tensor, einsums)) with({level, below, false});
    }
  }

  // ----- one Einsum

  // No tensor of the Einsum lives in registers that the unit has fewer lanes than there are of.
  [[nodiscard]] bool reaches_all(UnitId unit, EinsumId e, const GroupPlan& group) const {
    return std::ranges::all_of(group.keeps, [&](const PlannedKeep& keep) {
      const bool touched =
          std::ranges::count(problem_.einsums[e].operands, keep.tensor, &MappedOperand::tensor) > 0;
      return !touched ||
             std::fmod(problem_.arch.units[unit].lanes, problem_.arch.levels[keep.level].instances) == 0;
    });
  }

  void einsum(const std::vector<EinsumId>& einsums, std::size_t at, Plan& plan) {
    if (at == einsums.size()) {
      if (lanes_fit(plan.groups.back()) && lanes_reach(plan.groups.back()) && steps_are_parts(plan.groups.back()))
        partition(einsums.back().index() + 1, plan);
      return;
    }
    std::vector<RankId> ranks;
    for (const RankId rank : problem_.shapes.ids())
      if (has(problem_.einsums[einsums[at]].iteration, rank)) ranks.push_back(rank);
    for (const UnitId unit : problem_.arch.units.ids()) {
      if (!problem_.einsums[einsums[at]].costs[unit] || !reaches_all(unit, einsums[at], plan.groups.back()))
        continue;
      EinsumPlan inner{einsums[at], unit, {}, {}, {}, {}};
      split(ranks, 0, inner, einsums, at, plan);
    }
  }

  void split(const std::vector<RankId>& ranks, std::size_t r, const EinsumPlan& inner,
             const std::vector<EinsumId>& einsums, std::size_t at, Plan& plan) {
    if (r == ranks.size()) return order(inner, einsums, at, plan);
    const double extent = block(plan.groups.back().loops, ranks[r]);
    double used = 1;
    for (const PlannedLoop& loop : inner.lanes) used *= loop.factor;
    const std::vector<AllowedSizes>& of_lanes = problem_.space.lanes(inner.einsum, ranks[r]);
    for (const double lanes : sizes(ranks[r], extent, extent, of_lanes)) {
      if (used * lanes > problem_.arch.units[inner.unit].lanes) break;
      const std::vector<AllowedSizes>& of_tiles = problem_.space.lane_tiles(inner.einsum, ranks[r]);
      for (const double held : sizes(ranks[r], extent, std::ceil(extent / lanes), of_tiles)) {
        EinsumPlan next = inner;
        if (lanes > 1) next.lanes.push_back({ranks[r], lanes});
        if (held > 1) next.in_lane.push_back({ranks[r], held});
        const double steps = std::ceil(extent / (lanes * held));
        if (steps > 1) next.steps.push_back({ranks[r], steps});
        split(ranks, r + 1, next, einsums, at, plan);
      }
    }
  }

  // Of a whole rank all sizes, of a part of it divisors.
  [[nodiscard]] std::vector<double> sizes(RankId rank, double extent, double number,
                                          const std::vector<AllowedSizes>& allowed) const {
    if (!problem_.uneven(rank) || extent != problem_.shapes[rank]) return divisors(number);
    return problem_.size_rules[rank].of(number, allowed);
  }

  void order(EinsumPlan inner, const std::vector<EinsumId>& einsums, std::size_t at, Plan& plan) {
    const auto by_rank = [](const auto& a, const auto& b) { return a.rank < b.rank; };
    std::sort(inner.steps.begin(), inner.steps.end(), by_rank);
    do {
      keep(inner, 0, einsums, at, plan);
    } while (std::next_permutation(inner.steps.begin(), inner.steps.end(), by_rank));
  }

  // Where the Einsums of the group find a tensor.
  [[nodiscard]] LevelId home_of(TensorId tensor, const GroupPlan& group) const {
    LevelId home = problem_.roles.outermost;
    for (const PlannedKeep& keep : group.keeps)
      if (keep.tensor == tensor && keep.level != problem_.roles.outermost) home = keep.level;
    return home;
  }

  void keep(const EinsumPlan& inner, std::size_t o, const std::vector<EinsumId>& einsums, std::size_t at,
            Plan& plan) {
    const MappedEinsum& einsum_facts = problem_.einsums[inner.einsum];
    if (o == einsum_facts.operands.size()) {
      if (inner.kept.empty() && !inner.in_lane.empty()) return;  // the same as without
      plan.groups.back().einsums.push_back(inner);
      std::stable_sort(plan.groups.back().einsums.back().kept.begin(), plan.groups.back().einsums.back().kept.end(),
                       [](const auto& a, const auto& b) { return a.level < b.level; });
      einsum(einsums, at + 1, plan);
      plan.groups.back().einsums.pop_back();
      return;
    }
    keep(inner, o + 1, einsums, at, plan);
    const MappedOperand& operand = einsum_facts.operands[o];
    if (!operand.once || problem_.arch.levels[home_of(operand.tensor, plan.groups.back())].instances != 1) return;
    for (const LevelId level : problem_.roles.lanes[inner.unit]) {
      EinsumPlan next = inner;
      next.kept.push_back({operand.tensor, level, 0});
      keep(next, o + 1, einsums, at, plan);
    }
  }

  // Of the tiles that are skipped: what all lanes of an Einsum take and keep.
  [[nodiscard]] bool steps_are_parts(const GroupPlan& group) const {
    for (const auto& [rank, tokens] : group.tiles)
      for (const EinsumPlan& plan : group.einsums) {
        if (!problem_.masked(plan.einsum)) continue;
        double step = 1;
        for (const auto* loops : {&plan.lanes, &plan.in_lane})
          for (const PlannedLoop& loop : *loops)
            if (loop.rank == rank) step *= loop.factor;
        if (std::fmod(static_cast<double>(tokens), step) != 0) return false;
      }
    return true;
  }

  // What one lane keeps, beside an even share of what lives at all of them.
  [[nodiscard]] bool lanes_fit(const GroupPlan& group) const {
    for (const EinsumPlan& plan : group.einsums)
      for (const LevelId level : problem_.roles.lanes[plan.unit]) {
        double bytes = 0;
        for (std::size_t k = 0; k < group.keeps.size(); ++k)
          if (group.keeps[k].level == level) {
            const double all_B = tile_B(group.keeps[k], group) * buffers_of(group, k, problem_.cascade);
            bytes += share_B(group.keeps[k], all_B);
          }
        for (const PlannedKeep& kept : plan.kept) {
          if (kept.level != level) continue;
          double tile = problem_.element_B[kept.tensor];
          for (const PlannedLoop& loop : plan.in_lane)
            for (const MappedOperand& operand : problem_.einsums[plan.einsum].operands)
              if (operand.tensor == kept.tensor && has(operand.ranks, loop.rank)) tile *= loop.factor;
          bytes += tile;
        }
        if (bytes > problem_.arch.levels[level].capacity_B) return false;
      }
    return true;
  }

  // A single lane has only what is in its own instance.
  [[nodiscard]] bool lanes_reach(const GroupPlan& group) const {
    for (std::size_t k = 0; k < group.keeps.size(); ++k) {
      const PlannedKeep& kept = group.keeps[k];
      const double all_B = tile_B(kept, group) * buffers_of(group, k, problem_.cascade);
      if (problem_.arch.levels[kept.level].instances == 1 || all_B <= problem_.element_B[kept.tensor]) continue;
      for (const EinsumPlan& plan : group.einsums)
        if (is_alone(plan, kept.tensor)) return false;
    }
    return true;
  }

  // Whether a single lane uses a tensor.
  [[nodiscard]] bool is_alone(const EinsumPlan& plan, TensorId tensor) const {
    const auto& operands = problem_.einsums[plan.einsum].operands;
    return std::ranges::count(operands, tensor, &MappedOperand::tensor) > 0 &&
           std::ranges::all_of(plan.lanes, [](const PlannedLoop& loop) { return loop.factor == 1; });
  }

  // Whole elements of the fullest instance.
  [[nodiscard]] double share_B(const PlannedKeep& kept, double all_B) const {
    const double element_B = problem_.element_B[kept.tensor];
    return std::ceil(all_B / element_B / problem_.arch.levels[kept.level].instances - 1e-9) * element_B;
  }

  [[nodiscard]] double tile_B(const PlannedKeep& kept, const GroupPlan& group) const {
    RankBits ranks = 0;
    for (const EinsumPlan& plan : group.einsums)
      for (const MappedOperand& operand : problem_.einsums[plan.einsum].operands)
        if (operand.tensor == kept.tensor) ranks |= operand.ranks;
    double bytes = problem_.box(ranks) * problem_.element_B[kept.tensor];
    for (int l = 0; l < kept.below; ++l) {
      const PlannedLoop& loop = group.loops[static_cast<std::size_t>(l)];
      if (has(ranks, loop.rank)) bytes = bytes / problem_.shapes[loop.rank] * loop.tile;
    }
    return bytes;
  }

  const MapProblem& problem_;
  const WorkloadMask* mask_;
  TreeModel model_;
  Totals totals_;
  const std::function<void(const Plan&, const Score&)>* visit_ = nullptr;
  std::size_t in_a_row_ = 1;
  std::size_t passed_ = 0;
};

}  // namespace tilewright::test
