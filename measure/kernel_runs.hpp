// The section `runs` of a kernel file: what of the runner the kernel is, for `tilewright measure`.
//
//   runs: {operation: attention, kernels: [pipelined], head_dims: [64, 128], dtypes: [bf16, fp16]}
//
// A microbenchmark has operation and kernels alone. Any other kernel has tiles to ask for, or chooses them.
#pragma once

#include <string>
#include <vector>

#include "einsum/mask/mask.hpp"
#include "mappings/kernel/file.hpp"

namespace tilewright {

struct KernelRuns {
  std::string operation;
  std::vector<std::string> kernels;
  std::vector<Count> head_dims;     ///< empty only for microbenchmarks
  std::vector<std::string> dtypes;  ///< the same
};

/// A kernel that can be measured.
struct MeasuredKernel {
  KernelFile file;
  KernelRuns runs;

  /// That a group asks for, for heads of that size in that data type.
  [[nodiscard]] bool has(const TileChoice& tiles, Count head_dim, const std::string& dtype) const;
};

/// Throws InputError for a kernel that the runner does not have, operations and data types that it does not know,
/// and a kernel without tiles.
MeasuredKernel parse_measured_kernel(const KernelFile& file);

}  // namespace tilewright
