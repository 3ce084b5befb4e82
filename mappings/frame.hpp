// The numbers of a tree, and how a mapping's names and expressions come to them for one set of shapes.
#pragma once

#include <span>
#include <vector>

#include "mappings/mapping.hpp"

namespace tilewright {

/// All that may change while a tree stays the same.
struct Numbers {
  ByRank<double> shapes;              ///< 0 where nothing needs the rank
  ByNode<double> factors;             ///< of loops; of keeps, how many tiles are held at once; else 1
  ByLevel<double> reserved_B;         ///< taken for other uses, of all instances; of the levels after these nothing
  std::vector<double> bubble_cycles;  ///< by step, of one group after another; 0 for steps that run; empty: all run
  double groups = 0;  ///< of a shared rank: how many coordinates select different elements; 0: nothing is shared

  [[nodiscard]] double reserved(LevelId level) const {
    return level.index() < reserved_B.size() ? reserved_B[level] : 0;
  }
};

struct Frame : Numbers {
  std::vector<double> slots;  ///< by symbol
  ByNode<char> active;        ///< 0 for a keep whose condition does not hold
};

/// Evaluates everything; the frame's memory is reused. `given` are the values of the first Mapping::given symbols.
/// Throws InfeasibleError, at the place of the expression, for a shape, factor or number of buffers that is not a
/// whole number of at least 1, for bytes or cycles that are not finite and at least 0, and for a partition whose
/// parts do not multiply to the whole, or a shared rank that does not divide into its groups.
void evaluate_frame(const Mapping& mapping, const Cascade& cascade, std::span<const double> given, Frame& frame);

}  // namespace tilewright
