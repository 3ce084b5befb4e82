// What is asked of the ladder of bounds: attention under a mask, and the machine that it runs on.
#pragma once

#include <string>
#include <vector>

#include "arch/arch.hpp"
#include "einsum/mask/census.hpp"
#include "einsum/mask/expression.hpp"

namespace tilewright {

struct AttentionProblem {
  Layout layout;
  std::vector<HeadMask> masks;  ///< of all query heads
  Tiling tiling;
  double batch = 1;
  double kv_heads = 1;  ///< a divisor of the query heads
  double head_dim = 128;
  double element_B = 2;  ///< of Q, K, V and O

  [[nodiscard]] double heads() const;
  /// Queries that one Q tile may have: of all query heads of a KV head, where these have one mask and no dilation
  /// parts their queries; else of one head.
  [[nodiscard]] Count queries_of_tile() const;
};

/// What the bounds need of an architecture.
struct Machine {
  struct Memory {
    std::string name;
    double bandwidth_B_per_s;
    bool multicast;  ///< one read serves every worker that wants the same data at that time
  };
  std::string name;
  double workers = 1;  ///< Q tiles that run at once, each on one of them
  std::string worker;  ///< the level whose instances the workers are
  double multiply_adds_per_s = 0;
  /// From the outermost level inwards, down to the one that all workers share; without those of unlimited
  /// bandwidth.
  std::vector<Memory> memories;
};

/// A worker is an instance of the smallest level that holds a Q tile, a K tile and a V tile.
/// Throws InputError for an architecture that has no multiply_add, or where no level holds the tiles.
Machine machine_of(const Arch& arch, const AttentionProblem& problem);

}  // namespace tilewright
