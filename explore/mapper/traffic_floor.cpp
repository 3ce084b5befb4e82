#include "explore/mapper/traffic_floor.hpp"

#include <algorithm>
#include <set>

namespace tilewright {

void TrafficFloor::add(const MapProblem& problem) {
  ByTensor<double> needed;
  ByTensor<double> shared_by;
  for (const TensorId t : problem.cascade.tensors.ids()) {
    RankBits ranks = 0;
    for (const RankId rank : problem.cascade.tensors[t].ranks) ranks |= bit(rank);
    needed.push_back(problem.mask ? problem.mask->least(ranks) : 1);
    shared_by.push_back(problem.shares(t) ? problem.shared_by() : 1);
  }
  double elsewhere_B = 0;
  for (const LevelId level : problem.arch.levels.ids())
    if (level != problem.roles.outermost && level != problem.roles.shared)
      elsewhere_B += problem.arch.levels[level].instances * problem.arch.levels[level].capacity_B;
  variants_.push_back(
      {traffic_bound(problem.cascade, problem.shapes, {problem.element_B, shared_by}, needed), elsewhere_B});
}

double TrafficFloor::least_B(double buffer_B) const {
  double least = unlimited;
  for (const Variant& variant : variants_)
    least = std::min(least, variant.bound.least_B(buffer_B + variant.elsewhere_B));
  return least;
}

std::vector<double> TrafficFloor::bends_B() const {
  std::set<double> bends;
  for (const Variant& variant : variants_)
    for (const ReturningFibres& fibres : variant.bound.returning)
      if (fibres.fibre_B > variant.elsewhere_B) bends.insert(fibres.fibre_B - variant.elsewhere_B);
  return {bends.begin(), bends.end()};
}

}  // namespace tilewright
