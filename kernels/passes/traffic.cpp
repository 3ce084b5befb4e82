#include "kernels/passes/traffic.hpp"

namespace tilewright::kernels {
namespace {

std::int64_t rows(const PassesShape& shape) { return std::int64_t{shape.batch} * shape.heads * shape.queries; }

/// Of Q or O, and of K or V.
std::int64_t query_B(const PassesShape& shape) { return rows(shape) * shape.head_dim * 2; }
std::int64_t key_B(const PassesShape& shape) {
  return std::int64_t{shape.batch} * shape.kv_heads * shape.keys * shape.head_dim * 2;
}

}  // namespace

PassesWorkspace workspace_of(const PassesShape& shape, Passes passes) {
  const int tiles = passes == Passes::three ? 1 : (shape.keys + shape.kv_tile - 1) / shape.kv_tile;
  const std::int64_t statistics_B = rows(shape) * tiles * static_cast<std::int64_t>(sizeof(float));
  return {rows(shape) * score_stride(shape.keys) * 2, statistics_B, statistics_B};
}

std::vector<PassTraffic> traffic_of(const PassesShape& shape, Passes passes) {
  const PassesWorkspace between = workspace_of(shape, passes);
  const std::int64_t inputs_B = query_B(shape) + key_B(shape);
  if (passes == Passes::two) {
    const std::int64_t all_B = between.scores_B + between.maxima_B + between.sums_B;
    return {{"scores", inputs_B, all_B}, {"values", all_B + key_B(shape), query_B(shape)}};
  }
  return {{"scores", inputs_B, between.scores_B + between.maxima_B},
          {"exponentials", between.scores_B + between.maxima_B, between.scores_B + between.sums_B},
          {"values", between.scores_B + between.sums_B + key_B(shape), query_B(shape)}};
}

PassTraffic fused_traffic_of(const PassesShape& shape) {
  return {"one-pass", query_B(shape) + 2 * key_B(shape), query_B(shape)};
}

}  // namespace tilewright::kernels
