// Kernels on problems, ready to simulate, from the files of configs/ or from text.
#pragma once

#include <string>

#include "sim/kernel/prepare.hpp"

namespace tilewright::test {

struct Asked {
  std::string kernel = "flash-attention-3";
  std::string arch = "gpu/h100-sxm5";
  std::string layout = "4096";
  std::string mask = "dense";
  double heads = 16;
  double kv_heads = 0;  ///< 0: as many
  double head_dim = 128;
  double batch = 1;
  std::string query_tile = {};
  std::string key_tile = {};
};
PreparedKernel prepared(const Asked& asked);

/// A machine whose numbers are easy, at 1 GHz. Heads of 10 and 10: a visit of a KV tile is 100 cycles of products
/// and 20 of softmax: 10 of subtractions, and 10 of exponentials. K and V of a
/// tile are 400 B, Q and output of one 200 B each.
struct Simple {
  int multiprocessors = 1;
  int resident = 1;
  double cache_B_per_cycle = 1e6;  ///< next to the multiprocessors
  double memory_B_per_cycle = 1e6;
  double cache_latency = 0;
  double memory_latency = 0;
  double exp_cycles = 1;  ///< of an exponential, on each of 10 units
  int stages = 2;
  std::string softmax = "serial";
  std::string copies = "hidden";
  std::string launch = "grid";
  std::string element_mask = "partial";
  int query_tiles = 1;  ///< of 10 queries
  int key_tiles = 2;    ///< of 10 keys
};
PreparedKernel prepared(const Simple& simple);

}  // namespace tilewright::test
