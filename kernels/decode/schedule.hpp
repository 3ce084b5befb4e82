// How decoding divides the walk over the keys, in KV tiles: arithmetic for the host that launches and for the
// kernels alike.
//
// Split-KV: T. Dao, D. Haziza, F. Massa, G. Sizov, "Flash-Decoding for long-context inference", 2023. Stream-K: the
// division of M. Osama et al., "Stream-K: Work-centric Parallel Decomposition for Dense Matrix-Matrix
// Multiplication on the GPU", PPoPP 2023, for decoding as in R. Sanovar et al., "Lean Attention: Hardware-Aware
// Scalable Attention Mechanism for the Decode-Phase of Transformers", 2024.
#pragma once

#include <cstdint>

#include "kernels/device/platform.hpp"

namespace tilewright::kernels {

/// Tiles [begin, end).
struct TileRange {
  std::int64_t begin, end;
};

/// An output without keys counts as one tile, so that somebody writes its zeros.
TILEWRIGHT_HOST_DEVICE constexpr int tiles_of(int keys, int keys_per_tile) {
  return keys > 0 ? (keys + keys_per_tile - 1) / keys_per_tile : 1;
}

/// Part `part` of `parts` of `total` tiles: in order, contiguous, and of sizes that differ by at most one.
TILEWRIGHT_HOST_DEVICE constexpr TileRange share_of(std::int64_t part, std::int64_t parts, std::int64_t total) {
  return {part * total / parts, (part + 1) * total / parts};
}

/// The part whose share holds `tile`, where no share is empty (parts <= total).
TILEWRIGHT_HOST_DEVICE constexpr std::int64_t owner_of(std::int64_t tile, std::int64_t parts, std::int64_t total) {
  return ((tile + 1) * parts - 1) / total;
}

/// The number of splits of `tiles` tiles that lets `outputs` outputs finish soonest on `slots` thread blocks that
/// run at a time: waves times the tiles that a block walks and the `fixed_tiles` that its start and end cost. The
/// fewest among equals, since every split adds partial results.
inline int choose_splits(std::int64_t outputs, int tiles, std::int64_t slots, int fixed_tiles) {
  int best = 1;
  std::int64_t best_cost = 0;
  for (int splits = 1; splits <= tiles && splits <= slots; ++splits) {
    const std::int64_t waves = (outputs * splits + slots - 1) / slots;
    const std::int64_t cost = waves * ((tiles + splits - 1) / splits + fixed_tiles);
    if (splits > 1 && cost >= best_cost) continue;
    best = splits;
    best_cost = cost;
  }
  return best;
}

}  // namespace tilewright::kernels
