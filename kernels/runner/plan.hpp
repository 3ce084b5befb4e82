// A plan: what to measure, one CSV row a point. `tilewright measure SUITE --plan FILE` writes it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/measurement_columns.hpp"
#include "kernels/runner/csv.hpp"
#include "kernels/runner/mask_text.hpp"
#include "kernels/runner/shape.hpp"

namespace tilewright::kernels::runner {

/// How the data of a repetition lie before it starts.
enum class Cache {
  warm,    ///< as the repetition before left them
  flush,   ///< the L2 cache overwritten
  rotate,  ///< in another of several input sets, which together exceed the L2 cache
};

struct Point {
  std::vector<std::string> cells;  ///< the row as it was read: results repeat it, and resuming goes by it
  std::string point, group, operation, kernel, dtype;
  int batch = 0, heads = 0, kv_heads = 0, head_dim = 0;
  Shape queries, keys;
  MaskText mask;
  BlockText blocks;
  Shape q_tile, kv_tile;  ///< no dimensions: empty
  bool permuted = false;
  int splits = 0;  ///< KV splits of a decode; 0: chosen here
  Cache cache = Cache::warm;
  int warm_up = 0, repetitions = 1;
  std::uint64_t seed = 0;
};

/// The points of a plan. Shapes, heads, data types and masks may be empty where the operation is `micro`, and only
/// there. Throws InputError `file:line: column: message`.
std::vector<Point> read_plan(const std::string& text, const std::string& file);

/// Kernels of others, which a script of its own measures.
bool is_peer(const Point& point);

}  // namespace tilewright::kernels::runner
