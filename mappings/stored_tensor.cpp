#include "mappings/stored_tensor.hpp"

#include "einsum/attention.hpp"

namespace tilewright {

std::optional<StoredTensor> stored_values(const Workload& workload, const Cascade& cascade) {
  if (workload.shared.empty() || !attention_of(workload, cascade).values_in_keys) return std::nullopt;
  const AttentionTensors tensors = find_tensors(find_ranks(roles_of(workload), cascade), cascade);
  return StoredTensor{tensors.value, tensors.key};
}

}  // namespace tilewright
