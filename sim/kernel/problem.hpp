// What a fused kernel is asked to compute: attention of so many heads under a mask.
#pragma once

#include <vector>

#include "einsum/mask/expression.hpp"
#include "einsum/mask/tiling.hpp"
#include "mappings/kernel/kernel.hpp"

namespace tilewright {

struct KernelProblem {
  Layout layout;                ///< of the queries and keys of one sequence
  std::vector<HeadMask> masks;  ///< of all query heads, in order
  Tiling tiling;                ///< tiles of the kernel; empty extents: the kernel's default
  double batch = 1;
  double kv_heads = 1;  ///< a divisor of the query heads
  double head_dim = 128;
  double value_dim = 128;
  double element_B = 2;  ///< of Q, K, V and the output

  [[nodiscard]] double heads() const;
  [[nodiscard]] double queries() const;  ///< of one sequence
  [[nodiscard]] double keys() const;
};

/// What expressions of a kernel see of the problem. Causal is a problem in one dimension whose queries all see the
/// keys up to their own (aligned to the last), and no others.
KernelShape shape_of(const KernelProblem& problem);

/// Fills in the kernel's default tiles where the problem has none. Tiles of one extent over several dimensions are
/// runs of flattened tokens. Throws InfeasibleError where no default fits.
void choose_tiles(const Kernel& kernel, KernelProblem& problem);

}  // namespace tilewright
