// The numbers of a mapping for one set of shapes: every name, rank shape, loop factor and condition.
#pragma once

#include <span>
#include <vector>

#include "mappings/mapping.hpp"

namespace tilewright {

struct Frame {
  std::vector<double> slots;    ///< by symbol
  std::vector<double> shapes;   ///< by RankId; 0 where nothing needs the rank
  std::vector<double> factors;  ///< by node: of loops; 1 for other nodes
  std::vector<char> active;     ///< by node: 0 for a keep whose condition does not hold
  std::vector<double> buffers;  ///< by node: of keeps; 0 for other nodes

  // Of tensors that share a rank (Mapping::shared): like the above without sharing.
  double shared_by = 1;                ///< coordinates of the rank that select the same element
  std::vector<double> shared_shapes;   ///< by RankId: different elements along it
  std::vector<double> shared_factors;  ///< by node: of loops: different tiles; NaN where groups do not divide
};

/// Evaluates everything; the frame's memory is reused. `given` are the values of the first Mapping::given symbols.
/// Throws InputError, at the place of the expression, for a shape or factor that is not a whole number of at least
/// 1, for a partition whose parts do not multiply to the whole, and for a shared rank that does not divide
/// into its groups.
void evaluate_frame(const Mapping& mapping, const Cascade& cascade, std::span<const double> given, Frame& frame);

}  // namespace tilewright
