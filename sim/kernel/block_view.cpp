#include "sim/kernel/block_view.hpp"

#include <algorithm>
#include <set>

#include "einsum/iteration.hpp"
#include "einsum/mask/transposed.hpp"

namespace tilewright {

namespace {

constexpr double float_B = 4;

bool has(const Tensor& tensor, RankId rank) {
  return rank && std::ranges::find(tensor.ranks, rank) != tensor.ranks.end();
}

// What the fused part of a cascade takes from elsewhere, and what it makes for others.
struct FusedTensors {
  std::set<TensorId> read;
  std::set<TensorId> made;
};

FusedTensors fused_tensors(const Kernel& kernel, const Cascade& cascade) {
  FusedTensors fused;
  std::set<TensorId> written;
  std::set<TensorId> read_by_passes;
  for (const EinsumId e : cascade.einsums.ids()) {
    const Einsum& einsum = cascade.einsums[e];
    const bool in_pass = is_in_pass(kernel, e);
    for (const Read& each : reads(cascade, einsum)) (in_pass ? read_by_passes : fused.read).insert(each.tensor);
    if (!in_pass) written.insert(einsum.output.tensor);
  }
  for (const TensorId tensor : written) {
    fused.read.erase(tensor);
    if (cascade.tensors[tensor].role == Tensor::Role::output || read_by_passes.contains(tensor))
      fused.made.insert(tensor);
  }
  return fused;
}

class RowBytes {
 public:
  RowBytes(const Kernel& kernel, const Cascade& cascade, const Attention& problem)
      : ranks_(kernel.ranks),
        cascade_(cascade),
        problem_(problem),
        element_B_(problem.words.of(kernel.ranks, cascade)),
        fused_(fused_tensors(kernel, cascade)) {}

  [[nodiscard]] double read_B(RankId of, RankId not_of) const { return sum(fused_.read, of, not_of, 0); }
  [[nodiscard]] double made_B(RankId of, RankId not_of) const { return sum(fused_.made, of, not_of, 0); }
  [[nodiscard]] double sums_B(RankId of, RankId not_of) const { return sum(fused_.made, of, not_of, float_B); }

 private:
  [[nodiscard]] double sum(const std::set<TensorId>& tensors, RankId of, RankId not_of, double word_B) const {
    double bytes = 0;
    for (const TensorId id : tensors) {
      const Tensor& tensor = cascade_.tensors[id];
      if (!has(tensor, of) || has(tensor, not_of)) continue;
      const double elements = (has(tensor, ranks_.head_dim) ? problem_.head_dim : 1) *
                              (has(tensor, ranks_.value_dim) ? problem_.value_dim : 1);
      bytes += elements * (word_B > 0 ? word_B : this->word_B(id, elements));
    }
    return bytes;
  }

  // Of a number per row, such as the sum of a softmax: 32 bits.
  [[nodiscard]] double word_B(TensorId tensor, double elements) const {
    const bool named = problem_.words.named_B.contains(cascade_.tensors[tensor].name);
    return elements == 1 && !named ? float_B : element_B_[tensor];
  }

  const KernelRanks& ranks_;
  const Cascade& cascade_;
  const Attention& problem_;
  ByTensor<double> element_B_;
  FusedTensors fused_;
};

void transpose(Request& request) {
  for (HeadMask& mask : request.masks) mask.mask = transposed(mask.mask);
  std::swap(request.layout.queries, request.layout.keys);
}

}  // namespace

BlockView view_of_blocks(const Kernel& kernel, const Cascade& cascade, const Attention& problem,
                         const Tiling& tiling) {
  BlockView view{problem, tiling};
  if (!kernel.schedule.owns_keys) return view;
  const RankId queries = kernel.ranks.queries;
  const RankId keys = kernel.ranks.keys;
  const RowBytes rows(kernel, cascade, problem);
  for (Request& request : view.problem.requests) transpose(request);
  std::swap(view.tiling.query_tile, view.tiling.key_tile);
  view.problem.kv_heads = problem.heads();
  view.problem.head_dim = view.problem.value_dim = 1;
  view.problem.values_in_keys = true;
  view.problem.words = AttentionWords::all(rows.read_B(queries, keys));
  view.problem.words.query_B = rows.read_B(keys, queries);
  view.problem.words.output_B = rows.made_B(keys, queries);
  view.sharing = problem.group();
  view.sum_B = rows.sums_B(queries, keys);
  return view;
}

bool is_summed(const Kernel& kernel, const Cascade& cascade, TensorId tensor) {
  const Tensor& each = cascade.tensors[tensor];
  return kernel.schedule.owns_keys && has(each, kernel.ranks.queries) && !has(each, kernel.ranks.keys) &&
         fused_tensors(kernel, cascade).made.contains(tensor);
}

}  // namespace tilewright
