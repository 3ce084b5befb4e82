// The models of this repository's kernels against the kernels' code: threads, shared memory, and how many blocks
// share a multiprocessor.
#include <catch2/catch.hpp>

#include <type_traits>
#include <utility>

#include "explore/library.hpp"
#include "kernels/attention/families.hpp"
#include "kernels/attention/specialized.hpp"
#include "kernels/attention/specialized_launch.hpp"
#include "kernels/backward/instances.hpp"
#include "kernels/backward/specialized.hpp"
#include "kernels/backward/specialized_launch.hpp"
#include "kernels/backward/tensor_core.hpp"
#include "kernels/decode/plan.hpp"
#include "kernels/decode/split_kv.hpp"
#include "kernels/decode/stream_k.hpp"
#include "kernels/device/e4m3.hpp"
#include "mappings/kernel/occupancy.hpp"
#include "mappings/kernel/parse.hpp"
#include "tests/einsum/attention_roles.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

template <class Code>
void check_block(const std::string& kernel_name, int head_dim, int q_tile, int kv_tile, double word_B = 2) {
  Library library;
  const Yaml& yaml = library.mapping(kernel_name);
  const Arch arch = library.arch("gpu/h200").with({});
  const Kernel kernel = parse_kernel(yaml, library.cascade(kernel_cascade(yaml)), arch, attention_roles());
  const double dim = head_dim;
  const BlockNeeds needs =
      needs_of(*kernel.block, {double(q_tile), double(kv_tile), dim, dim, word_B, 1, false}, kernel.stages);
  INFO(kernel_name << " " << q_tile << " x " << kv_tile << ", heads of " << head_dim);
  CHECK(needs.threads == Code::threads);
  CHECK(needs.shared_B == Code::shared_B);
  CHECK(occupancy_of(arch, needs).blocks == Code::min_blocks);
}

template <std::size_t Index>
void check_pipelined() {
  constexpr kernels::Instance of = kernels::portable_instances[Index];
  if constexpr (of.kernel == kernels::PipelinedFamily::name)
    check_block<kernels::KernelOf<kernels::PipelinedFamily, kernels::device::bf16, Index>>("pipelined", of.head_dim,
                                                                                           of.q_tile, of.kv_tile);
}

template <std::size_t Index>
void check_specialized() {
  constexpr kernels::Instance of = kernels::specialized_instances[Index];
  constexpr bool of_bytes = of.dtype == "fp8";
  using Number = std::conditional_t<of_bytes, kernels::device::e4m3, kernels::device::bf16>;
  check_block<kernels::Specialized<Number, of.head_dim, of.q_tile, of.kv_tile>>(
      of_bytes ? "specialized-fp8" : "specialized", of.head_dim, of.q_tile, of.kv_tile, sizeof(Number));
}

template <std::size_t Index>
void check_portable_backward() {
  constexpr kernels::Instance of = kernels::portable_backward_instances[Index];
  check_block<kernels::BackwardTensorCore<kernels::device::bf16, of.head_dim, of.q_tile, of.kv_tile>>(
      "tensor-core-backward", of.head_dim, of.q_tile, of.kv_tile);
}

template <std::size_t Index>
void check_specialized_backward() {
  constexpr kernels::Instance of = kernels::specialized_backward_instances[Index];
  check_block<kernels::BackwardSpecialized<kernels::device::bf16, of.head_dim, of.q_tile, of.kv_tile>>(
      "specialized-backward", of.head_dim, of.q_tile, of.kv_tile);
}

template <int HeadDim>
void check_decode() {
  using Tiling = kernels::CompiledDecodeTiling<kernels::device::bf16, HeadDim, 1>;
  check_block<kernels::SplitKv<Tiling>>("decode-split-kv", HeadDim, Tiling::rows, Tiling::tile_keys);
  check_block<kernels::StreamK<Tiling>>("decode-stream-k", HeadDim, Tiling::rows, Tiling::tile_keys);
}

}  // namespace

TEST_CASE("models of compiled kernels say what a thread block takes") {
  [&]<std::size_t... Index>(std::index_sequence<Index...>) { (check_pipelined<Index>(), ...); }
  (std::make_index_sequence<std::size(kernels::portable_instances)>());
  [&]<std::size_t... Index>(std::index_sequence<Index...>) { (check_specialized<Index>(), ...); }
  (std::make_index_sequence<std::size(kernels::specialized_instances)>());
  [&]<std::size_t... Index>(std::index_sequence<Index...>) { (check_specialized_backward<Index>(), ...); }
  (std::make_index_sequence<std::size(kernels::specialized_backward_instances)>());
  [&]<std::size_t... Index>(std::index_sequence<Index...>) { (check_portable_backward<Index>(), ...); }
  (std::make_index_sequence<std::size(kernels::portable_backward_instances)>());
  check_decode<64>();
  check_decode<128>();
}

}  // namespace tilewright::test::TEST_FILE
