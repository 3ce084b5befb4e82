#include "mappings/uses.hpp"

#include <algorithm>

namespace tilewright {

namespace {

const Tensor& tensor_of(const Cascade& cascade, TensorId id) { return cascade.tensors[id]; }

// The offset at which the producer writes the iterated rank.
int written_offset(const Cascade& cascade, const Tensor& tensor) {
  for (const Index& index : cascade.einsums[tensor.producer].output.indices)
    if (!index.fixed && index.rank == tensor.iterated) return index.offset;
  return 0;
}

Use use_of(const Cascade& cascade, const Access& access) {
  Use use;
  use.tensor = stored(cascade, access.tensor);
  const Tensor& tensor = tensor_of(cascade, use.tensor);
  for (const Index& index : access.indices) {
    if (index.fixed) continue;
    if (index.rank != tensor.iterated) {
      use.ranks.push_back(index.rank);
    } else if (index.offset < written_offset(cascade, tensor)) {
      use.older = true;
    }
  }
  return use;
}

}  // namespace

TensorId stored(const Cascade& cascade, TensorId tensor) {
  const auto& view = tensor_of(cascade, tensor).view_of;
  return view ? stored(cascade, view->tensor) : tensor;
}

std::vector<Use> reads_of(const Cascade& cascade, const Einsum& einsum) {
  std::vector<Use> uses;
  for (const Access* access : accesses(einsum.body)) uses.push_back(use_of(cascade, *access));
  if (einsum.filter) uses.push_back(use_of(cascade, *einsum.filter));
  return uses;
}

Use write_of(const Cascade& cascade, const Einsum& einsum) {
  Use use = use_of(cascade, einsum.output);
  use.older = false;
  return use;
}

bool contains(const std::vector<RankId>& ranks, RankId rank) {
  return std::ranges::find(ranks, rank) != ranks.end();
}

}  // namespace tilewright
