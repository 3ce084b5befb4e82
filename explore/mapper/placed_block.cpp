#include "explore/mapper/placed_block.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace tilewright {

bool PlacedBlock::begin(const GroupBlocks::Block& block) {
  loops_ = &block.loops;
  if (!group_.least_of({block.loops, block.mask_tile})) return false;
  shares_.clear();
  for (const EinsumId e : group_.einsums()) shares_.push_back(visited_share(problem_, e, group_.block()));
  clear();
  return true;
}

void PlacedBlock::clear() {
  place_of_.assign(group_.tensors().size(), nullptr);
  held_.assign(problem_.arch.levels.size(), 0);
}

bool PlacedBlock::put(std::size_t tensor, const TensorPlace& place) {
  const LevelId outermost = problem_.roles.outermost;
  const Level& level = problem_.arch.levels[place.level];
  const double outside = outside_B(tensor, place);
  if (held_[place.level] + place.held_B > level.capacity_B * level.instances) return false;
  if (held_[outermost] + outside > problem_.arch.levels[outermost].capacity_B) return false;
  held_[place.level] += place.held_B;
  held_[outermost] += outside;
  place_of_[tensor] = &place;
  return true;
}

void PlacedBlock::take_away(std::size_t tensor) {
  const TensorPlace& place = *place_of_[tensor];
  held_[place.level] -= place.held_B;
  held_[problem_.roles.outermost] -= outside_B(tensor, place);
  place_of_[tensor] = nullptr;
}

// What comes from or goes to outside of the group is in the outermost level, too.
double PlacedBlock::outside_B(std::size_t tensor, const TensorPlace& place) const {
  const GroupTensor& of = group_.tensors()[tensor];
  return of.internal() || place.level == problem_.roles.outermost ? 0 : of.bytes;
}

bool PlacedBlock::uses(std::size_t e, std::size_t tensor) const {
  return std::ranges::any_of(problem_.einsums[group_.einsums()[e]].operands, [&](const MappedOperand& operand) {
    return operand.tensor == group_.tensors()[tensor].tensor;
  });
}

const LaneContext& PlacedBlock::context(std::size_t e, bool whole) {
  const EinsumId id = group_.einsums()[e];
  const MappedEinsum& einsum = problem_.einsums[id];
  context_.einsum = id;
  context_.mask_tile = group_.block().tile;
  context_.extents = group_.extents();
  context_.homes.clear();
  for (const MappedOperand& operand : einsum.operands) {
    const IntoBlock into = into_block(problem_, id, operand, group_.block(), is_pipelined());
    const TensorPlace& place = *place_of_[group_.index_of(operand.tensor)];
    context_.homes.push_back({place.level, into.stays, into.first, into.least, place.spread});
  }
  find_loops(einsum);
  context_.lane_B.clear();
  for (const LevelId level : problem_.arch.levels.ids()) {
    const Level& each = problem_.arch.levels[level];
    context_.lane_B.push_back(each.capacity_B - (whole || each.instances == 1 ? 0 : held_[level] / each.instances));
  }
  return context_;
}

void PlacedBlock::find_loops(const MappedEinsum& einsum) {
  context_.loops.clear();
  context_.turns = is_pipelined();
  bool uneven = false;
  for (const RankId rank : problem_.shapes.ids()) uneven |= has(einsum.iteration, rank) && problem_.uneven(rank);
  if (!uneven) return;
  std::ranges::copy_if(*loops_, std::back_inserter(context_.loops),
                       [&](const PlannedLoop& loop) { return has(einsum.iteration, loop.rank); });
}

bool PlacedBlock::is_avoided(const GroupStructure* avoid) const {
  if (avoid == nullptr || EinsumId::at(avoid->first) != group_.einsums().front() ||
      EinsumId::at(avoid->last) != group_.einsums().back())
    return false;
  const auto is_shared = [&](RankId rank) { return std::ranges::count(*loops_, rank, &PlannedLoop::rank) > 0; };
  return loops_->size() == avoid->loops.size() && std::ranges::all_of(avoid->loops, is_shared) &&
         std::ranges::all_of(avoid->homes, [&](const auto& home) {
           return place_of_[group_.index_of(home.first)]->level == home.second;
         });
}

Score PlacedBlock::score(const JoinedWays& all) const {
  ByLevel<double> moved(problem_.arch.levels.size(), 0);
  for (std::size_t w = 0; w < problem_.watched.size(); ++w) moved[problem_.watched[w]] = all.moved_B[w];
  Score score{0, all.energy_J, 0, shared_B()};
  for (const TensorPlace* place : place_of_) {
    score.energy_J += place->energy_J;
    moved[problem_.roles.outermost] += place->outer_read_B + place->outer_write_B;
    if (problem_.roles.shared) moved[problem_.roles.shared] += place->shared_read_B + place->shared_write_B;
  }
  const double cycles = is_pipelined() ? *std::ranges::max_element(all.unit_cycles) : all.all_cycles;
  score.time_s = cycles / problem_.arch.clock_Hz;
  for (const LevelId level : problem_.watched)
    score.time_s = std::max(score.time_s, moved[level] / problem_.arch.levels[level].bandwidth_B_per_s);
  score.traffic_B = moved[problem_.roles.outermost];
  return score;
}

Score PlacedBlock::finish(const JoinedWays& all, FoundOptions& found) const {
  const Score cost = score(all);
  if (!found.is_excluded(cost)) found.add(cost, plan(all));
  return cost;
}

GroupPlan PlacedBlock::plan(const JoinedWays& all) const {
  GroupPlan plan{is_pipelined(), *loops_, {}, {}, {}};
  if (std::ranges::any_of(group_.einsums(), [&](EinsumId e) { return problem_.masked(e); }))
    plan.tiles = {{problem_.mask->queries(), group_.block().tile.first},
                  {problem_.mask->keys(), group_.block().tile.second}};
  for (std::size_t t = 0; t < place_of_.size(); ++t) {
    const GroupTensor& tensor = group_.tensors()[t];
    if (!tensor.internal() && place_of_[t]->level != problem_.roles.outermost)
      plan.keeps.push_back({tensor.tensor, problem_.roles.outermost, 0});
    plan.keeps.push_back({tensor.tensor, place_of_[t]->level, place_of_[t]->below});
  }
  std::ranges::stable_sort(plan.keeps, [](const PlannedKeep& a, const PlannedKeep& b) {
    return std::tie(a.below, a.level) < std::tie(b.below, b.level);
  });
  for (const LaneOption* option : all.chosen) plan.einsums.push_back(option->plan);
  return plan;
}

}  // namespace tilewright
