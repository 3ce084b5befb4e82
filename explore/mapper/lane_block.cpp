#include "explore/mapper/lane_block.hpp"

#include <algorithm>
#include <cmath>

namespace tilewright {

LaneBlock::LaneBlock(const MapProblem& of, const LaneContext& in)
    : problem(of), context(in), einsum(of.einsums[in.einsum]) {
  for (const RankId rank : problem.shapes.ids())
    if (has(einsum.iteration, rank) && context.extents[rank.index()] > 1) {
      ranks.push_back(rank);
      extents.push_back(context.extents[rank.index()]);
      const double tile = problem.masked(context.einsum) ? problem.mask->along(rank, context.mask_tile) : 0;
      steps.push_back(tile > 0 ? tile : extents.back());
    }
  for (std::size_t o = 0; o < einsum.operands.size(); ++o) operands.push_back(operand(o));
}

LaneOperand LaneBlock::operand(std::size_t o) const {
  LaneOperand operand{&einsum.operands[o],
                      OperandPrice(einsum.operands[o], einsum.points, context.homes[o].first),
                      0,
                      1,
                      context.homes[o].stays,
                      context.homes[o].least,
                      context.homes[o].level,
                      price_of(problem, einsum.operands[o], context.homes[o].level),
                      {}};
  for (std::size_t r = 0; r < ranks.size(); ++r)
    if (has(operand.of->ranks, ranks[r])) operand.ranks |= LocalBits{1} << r;
  for (const RankId rank : problem.shapes.ids())
    if (has(einsum.iteration & ~operand.of->ranks, rank))
      operand.outside *= std::ceil(problem.shapes[rank] / context.extents[rank.index()]);
  if (problem.shares(operand.of->tensor))
    operand.outside = std::max(1.0, operand.outside / problem.conditions.groups);
  return operand;
}

bool LaneBlock::may_have_lanes(std::size_t r, double lanes) const {
  return problem.space.may_have_lanes(context.einsum, ranks[r], lanes);
}
bool LaneBlock::may_have_tile(std::size_t r, double size) const {
  return problem.space.may_have_lane_tile(context.einsum, ranks[r], size);
}

bool LaneBlock::takes_single() const {
  for (const RankId rank : problem.shapes.ids()) {
    if (!has(einsum.iteration, rank) || context.extents[rank.index()] > 1) continue;
    if (!problem.space.may_have_lanes(context.einsum, rank, 1) ||
        !problem.space.may_have_lane_tile(context.einsum, rank, 1))
      return false;
  }
  return true;
}

const std::vector<double>& LaneBlock::lanes_of(std::size_t r) {
  if (!problem.uneven(ranks[r])) return divisors_of(r, steps[r]);
  if (context.any_block) return problem.lane_sizes[ranks[r]];
  return problem.lanes_in(context.einsum, ranks[r], steps[r], is_whole(r));
}

const std::vector<double>& LaneBlock::tiles_of(std::size_t r, double lanes) {
  if (!problem.uneven(ranks[r])) return divisors_of(r, steps[r] / lanes);
  return problem.lane_tiles_in(context.einsum, ranks[r], std::ceil(steps[r] / lanes), is_whole(r));
}

// As SizedTree::steps(): of the last tile of all lanes, the first of them has the most.
double LaneBlock::busy_steps(std::size_t r, double lanes, double tile) const {
  const double shape = problem.shapes[ranks[r]];
  const double at_once = lanes * tile;
  const double full = std::floor((shape - 1) / at_once);
  return full * tile + std::min(tile, shape - full * at_once);
}

const std::vector<double>& LaneBlock::divisors_of(std::size_t r, double number) {
  for (const auto& [known, list] : divisors_)
    if (known == number) return *list;
  divisors_.emplace_back(number, std::make_unique<std::vector<double>>());
  for (const double size : problem.tile_sizes[ranks[r]])
    if (std::fmod(number, size) == 0) divisors_.back().second->push_back(size);
  return *divisors_.back().second;
}

}  // namespace tilewright
