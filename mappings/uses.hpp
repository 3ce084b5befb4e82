// Which Einsums read and write a tensor, and through which ranks: views resolved to the tensor that has the data.
#pragma once

#include <vector>

#include "einsum/cascade.hpp"

namespace tilewright {

/// The tensor that holds the data of an access: itself, or what it is a view of.
TensorId stored(const Cascade& cascade, TensorId tensor);

/// One operand (or the filter) of an Einsum.
struct Use {
  TensorId tensor;            ///< that holds the data
  std::vector<RankId> ranks;  ///< that select the element, without fixed coordinates and the iterated rank
  bool older = false;         ///< an iterated tensor's value from before this step of the iteration
};

std::vector<Use> reads_of(const Cascade& cascade, const Einsum& einsum);
Use write_of(const Cascade& cascade, const Einsum& einsum);

bool contains(const std::vector<RankId>& ranks, RankId rank);

}  // namespace tilewright
