// A tensor whose data are part of another's: in latent attention a row of V is the first elements of that of K.
#pragma once

#include <optional>

#include "einsum/cascade.hpp"
#include "einsum/workload.hpp"

namespace tilewright {

struct StoredTensor {
  TensorId tensor;
  TensorId in;  ///< has all of its elements
};

/// What a workload says is `shared`; nothing where each tensor has data of its own. Throws InputError for other
/// tensors than values and keys, and for rows or words that are no part of others.
std::optional<StoredTensor> stored_values(const Workload& workload, const Cascade& cascade);

}  // namespace tilewright
