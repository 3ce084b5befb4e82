// The bytes that each pass must read and write: every tensor once, as the cascades count them. What a device's
// counters show beyond that, caches did not catch.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/passes/params.hpp"

namespace tilewright::kernels {

/// One of the kernels' problems; `kv_tile` matters to two passes alone.
struct PassesShape {
  int batch, heads, kv_heads, queries, keys, head_dim, kv_tile;
};

struct PassTraffic {
  std::string kernel;
  std::int64_t read_B;
  std::int64_t write_B;
};

/// With R = batch * heads * queries rows, S = score_stride(keys), n KV tiles, and K, V, Q, O their sizes in bytes:
///   three passes  scores:       reads Q + K, writes 2 R S + 4 R
///                 exponentials: reads 2 R S + 4 R, writes 2 R S + 4 R
///                 values:       reads 2 R S + 4 R + V, writes O
///   two passes    scores:       reads Q + K, writes 2 R S + 8 R n
///                 values:       reads 2 R S + 8 R n + V, writes O
/// In the order of the kernels.
std::vector<PassTraffic> traffic_of(const PassesShape& shape, Passes passes);

/// One pass: reads Q + K + V, writes O.
PassTraffic fused_traffic_of(const PassesShape& shape);

/// Memory that the kernels pass results through: scores, then maxima, then sums.
struct PassesWorkspace {
  std::int64_t scores_B, maxima_B, sums_B;
};
PassesWorkspace workspace_of(const PassesShape& shape, Passes passes);

}  // namespace tilewright::kernels
