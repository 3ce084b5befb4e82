// How often a cascade must traverse a rank (Nayak et al., FuseMax, MICRO 2024, section III): the least number
// of traversals of a whole fibre that its dependences force, and what must stay live between two of them.
#pragma once

#include <vector>

#include "einsum/cascade.hpp"

namespace tilewright {

struct LiveTensor {
  TensorId tensor;
  double elements;  ///< of one fibre: the product of the shapes of the tensor's ranks in the rank's family
};

struct Pass {
  std::vector<EinsumId> einsums;  ///< those that traverse the whole rank in this pass
  std::vector<LiveTensor> live;   ///< tensors over the rank that a later pass reads again
};

struct RankPasses {
  RankId rank;               ///< a rank that is no part of a partition
  std::vector<Pass> passes;  ///< empty if no Einsum traverses the rank
};

/// For every rank (a partitioned rank stands for all its parts).
///
/// A value that depends on a complete traversal in pass k can be used only after it, so an Einsum that traverses
/// the rank and uses it belongs to pass k + 1 at least. A value that keeps part of the rank (a partial result
/// per tile, or a running value of an iteration) is available within the pass. An Einsum over only the outer
/// parts of a partition (one element per tile) is no traversal of the rank's own fibre. What has only inner parts,
/// or a fixed outer coordinate, is complete only after the last tile.
std::vector<RankPasses> count_passes(const Cascade& cascade, const ByRank<double>& shapes);

}  // namespace tilewright
