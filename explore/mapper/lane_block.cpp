#include "explore/mapper/lane_block.hpp"

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
                      context.homes[o].stays,
                      context.homes[o].level,
                      price_of(problem, einsum.operands[o], context.homes[o].level),
                      {}};
  for (std::size_t r = 0; r < ranks.size(); ++r)
    if (has(operand.of->ranks, ranks[r])) operand.ranks |= LocalBits{1} << r;
  for (const RankId rank : problem.shapes.ids())
    if (has(einsum.iteration & ~operand.of->ranks, rank))
      operand.outside *= problem.shapes[rank] / context.extents[rank.index()];
  // Where parts of the block are skipped along a rank that selects, tiles of these parts come, and each that is
  // ever touched does.
  for (std::size_t r = 0; r < ranks.size(); ++r)
    if (is_in(operand.ranks, r) && steps[r] < extents[r]) operand.least = context.homes[o].first;
  return operand;
}

bool LaneBlock::may_have_lanes(std::size_t r, double lanes) const {
  return problem.space.lanes(context.einsum, ranks[r]).has(lanes);
}
bool LaneBlock::may_have_tile(std::size_t r, double size) const {
  return problem.space.lane_tiles(context.einsum, ranks[r]).has(size);
}

bool LaneBlock::takes_single() const {
  for (const RankId rank : problem.shapes.ids()) {
    if (!has(einsum.iteration, rank) || context.extents[rank.index()] > 1) continue;
    if (!problem.space.lanes(context.einsum, rank).has(1) || !problem.space.lane_tiles(context.einsum, rank).has(1))
      return false;
  }
  return true;
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
