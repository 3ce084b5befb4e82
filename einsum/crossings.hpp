// What must be kept, or fetched again, whatever the order of execution: a tensor that an Einsum may read along a
// rank only when another one has read a whole fibre of it, as the scores of a softmax, which wait for their
// maximum.
#pragma once

#include <vector>

#include "einsum/cascade.hpp"

namespace tilewright {

struct Crossing {
  RankId rank;  ///< no part of a partition
  TensorId tensor;
  int times = 1;  ///< so often all of a fibre is there between two readings of it
};

/// Of every tensor and rank that has any. At some moment between two readings of a fibre, all of its elements were
/// read once and none of them again: an Einsum that reads the fibre depends on a value that depends on all of it.
///
/// Only what follows from the names of ranks counts: a dependence through an access at a fixed coordinate, or at
/// another step, of a rank that is not the fibre's own is taken for none.
std::vector<Crossing> crossings(const Cascade& cascade);

}  // namespace tilewright
