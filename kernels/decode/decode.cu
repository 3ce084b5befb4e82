#include <stdexcept>
#include <string>

#include "kernels/decode/launch.hpp"
#include "kernels/decode/split_kv.hpp"
#include "kernels/decode/stream_k.hpp"
#include "kernels/device/launch.cuh"

namespace tilewright::kernels {
namespace {

template <class Tiling, class T>
void split_kv(const DecodePlan& plan, const DecodeParams<T>& params, void* workspace, CUstream_st* stream) {
  const std::int64_t slots = static_cast<std::int64_t>(plan.outputs) * plan.splits;
  const Partials partials = partials_at(static_cast<float*>(workspace), slots, Tiling::rows, Tiling::D);
  const SplitKvParams<T> split{params, partials};
  kernels::launch<SplitKv<Tiling>>({plan.outputs, plan.splits}, split, stream);
  if (plan.splits == 1) return;
  using Merge = SplitKvMerge<Tiling>;
  kernels::launch<Merge>({plan.outputs, Merge::row_blocks}, {split, plan.splits}, stream);
}

template <class Tiling, class T>
void stream_k(const DecodePlan& plan, const DecodeParams<T>& params, void* workspace, CUstream_st* stream) {
  const Partials partials = partials_at(static_cast<float*>(workspace), 2 * plan.blocks, Tiling::rows, Tiling::D);
  void* finished = static_cast<std::byte*>(workspace) + plan.workspace_B - plan.finished_B;
  kernels::launch<StreamK<Tiling>>({plan.blocks}, {params, partials, static_cast<int*>(finished)}, stream);
}

/// Calls run<Tiling>() with the compiled tiling.
template <class T, class Launch>
void with_tiling(const DecodePlan& plan, int head_dim, const Launch& run) {
  if (head_dim == 64 && plan.row_tiles == 1) return run.template operator()<CompiledDecodeTiling<T, 64, 1>>();
  if (head_dim == 64) return run.template operator()<CompiledDecodeTiling<T, 64, 2>>();
  if (head_dim == 128 && plan.row_tiles == 1) return run.template operator()<CompiledDecodeTiling<T, 128, 1>>();
  if (head_dim == 128) return run.template operator()<CompiledDecodeTiling<T, 128, 2>>();
  throw std::invalid_argument("decoding is compiled for head dimensions 64 and 128, not " +
                              std::to_string(head_dim));
}

}  // namespace

template <class T>
void launch_split_kv(const DecodePlan& plan, int head_dim, const DecodeParams<T>& params, void* workspace,
                     CUstream_st* stream) {
  with_tiling<T>(plan, head_dim, [&]<class Tiling>() { split_kv<Tiling>(plan, params, workspace, stream); });
}

template <class T>
void launch_stream_k(const DecodePlan& plan, int head_dim, const DecodeParams<T>& params, void* workspace,
                     CUstream_st* stream) {
  with_tiling<T>(plan, head_dim, [&]<class Tiling>() { stream_k<Tiling>(plan, params, workspace, stream); });
}

template void launch_split_kv(const DecodePlan&, int, const DecodeParams<device::bf16>&, void*, CUstream_st*);
template void launch_split_kv(const DecodePlan&, int, const DecodeParams<device::fp16>&, void*, CUstream_st*);
template void launch_stream_k(const DecodePlan&, int, const DecodeParams<device::bf16>&, void*, CUstream_st*);
template void launch_stream_k(const DecodePlan&, int, const DecodeParams<device::fp16>&, void*, CUstream_st*);

}  // namespace tilewright::kernels
