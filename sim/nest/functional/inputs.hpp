// Random inputs of a cascade, and all values that follow from them.
#pragma once

#include <cstdint>

#include "mappings/mapping.hpp"
#include "sim/nest/functional/nest_run.hpp"

namespace tilewright {

/// What a workload says that inputs have in common.
struct SharedInputs {
  const SharedRank* shared = nullptr;    ///< coordinates with the same elements
  double groups = 0;                     ///< of them
  const StoredTensor* stored = nullptr;  ///< a tensor that is part of another
};

/// By the interpreter, for inputs between -1 and 1, the same for a seed on every machine. `pairs`: those that
/// exist, or nullptr.
TensorValues random_values(const Cascade& cascade, const ByRank<double>& shapes, const SharedInputs& in_common,
                           const Pairs* pairs, std::uint64_t seed);

}  // namespace tilewright
