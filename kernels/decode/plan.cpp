#include "kernels/decode/plan.hpp"

#include <algorithm>

#include "kernels/decode/partials.hpp"
#include "kernels/decode/schedule.hpp"

namespace tilewright::kernels {
namespace {

/// From compute capability 8.0 on (CUDA C++ Programming Guide, "Compute Capabilities").
constexpr int reserved_per_block_B = 1024;

/// What the start and the end of a block cost: about as long as it walks this many tiles, filling its pipeline and
/// merging its warps.
constexpr int fixed_tiles = 2;

using Narrow = CompiledDecodeTiling<device::bf16, 64, 1>;
using Wide = CompiledDecodeTiling<device::bf16, 128, 1>;
static_assert(Narrow::ring_B == Wide::ring_B, "or blocks_at_a_time() must tell them apart");

int blocks_at_a_time(int queries_B, const DecodeDevice& device) {
  const int block_B = Wide::warps * Wide::ring_B + queries_B + reserved_per_block_B;
  return std::max(1, device.shared_per_multiprocessor_B / block_B) * device.multiprocessors;
}

/// The fields that both ways share.
DecodePlan plan_outputs(const DecodeShape& shape) {
  const int rows = shape.heads / shape.kv_heads * shape.queries;
  DecodePlan plan{};
  plan.row_tiles = rows <= 16 ? 1 : 2;
  plan.outputs = shape.sequences * shape.kv_heads * ((rows + 16 * plan.row_tiles - 1) / (16 * plan.row_tiles));
  return plan;
}

}  // namespace

DecodePlan plan_split_kv(const DecodeShape& shape, const DecodeDevice& device, int splits) {
  DecodePlan plan = plan_outputs(shape);
  const int rows = 16 * plan.row_tiles;
  const int tiles = tiles_of(shape.keys, shape.head_dim == 64 ? Narrow::tile_keys : Wide::tile_keys);
  const int slots = blocks_at_a_time(rows * shape.head_dim * 2, device);
  plan.splits = splits > 0 ? splits : choose_splits(plan.outputs, tiles, slots, fixed_tiles);
  if (plan.splits > 1) {
    plan.workspace_B = partials_B(static_cast<std::int64_t>(plan.outputs) * plan.splits, rows, shape.head_dim);
  }
  return plan;
}

DecodePlan plan_stream_k(const DecodeShape& shape, const DecodeDevice& device) {
  DecodePlan plan = plan_outputs(shape);
  const int rows = 16 * plan.row_tiles;
  plan.blocks = blocks_at_a_time(rows * shape.head_dim * 2, device);
  plan.finished_B = static_cast<std::int64_t>(plan.outputs) * static_cast<std::int64_t>(sizeof(int));
  plan.workspace_B = partials_B(std::int64_t{2} * plan.blocks, rows, shape.head_dim) + plan.finished_B;
  return plan;
}

}  // namespace tilewright::kernels
