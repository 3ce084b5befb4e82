#include "explore/mapper/lane_price.hpp"

namespace tilewright {

LevelPrice price_of(const MapProblem& problem, const MappedOperand& operand, LevelId level) {
  LevelPrice price;
  price.read_J = problem.read_J_per_B[level] * operand.element_B;
  price.write_J = problem.write_J_per_B[level] * operand.element_B;
  price.element_B = operand.element_B;
  const auto watched =
      static_cast<std::size_t>(std::ranges::find(problem.watched, level) - problem.watched.begin());
  if (watched < problem.watched.size()) price.watched = watched;
  const Level& of = problem.arch.levels[level];
  price.once = operand.result ? of.reduction : of.multicast;
  return price;
}

}  // namespace tilewright
