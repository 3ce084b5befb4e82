// The fewest bytes of the outermost level that any mapping can move, by what the shared level holds: over all
// cascades that a workload may run as, and all their shapes.
#pragma once

#include <vector>

#include "explore/mapper/problem.hpp"
#include "sim/bound/traffic_bound.hpp"

namespace tilewright {

class TrafficFloor {
 public:
  void add(const MapProblem& problem);

  /// What the levels of lanes can hold besides counts as held: with levels of no capacity only what is compulsory
  /// is left.
  [[nodiscard]] double least_B(double buffer_B) const;
  /// Sizes of the shared level above which something fits, ascending.
  [[nodiscard]] std::vector<double> bends_B() const;

 private:
  struct Variant {
    TrafficBound bound;
    double elsewhere_B;
  };
  std::vector<Variant> variants_;
};

}  // namespace tilewright
