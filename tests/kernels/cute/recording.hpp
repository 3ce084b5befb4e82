// What kernels issue on the emulator: products of warpgroups and copies of boxes, as they come.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "kernels/attention/instances.hpp"
#include "kernels/device/tensor_shape.hpp"
#include "tests/kernels/cute/canonical.hpp"

namespace tilewright::kernels::conformance {

struct Product {
  int n;
  bool a_in_registers;
  bool a_mn_major;
  bool b_mn_major;
  std::uint64_t a;  ///< a descriptor, if A is not in registers
  std::uint64_t b;
};

struct Copy {
  int to;  ///< bytes from the start of shared memory
  device::TensorShape shape;
  std::array<int, device::tensor_axes> at;
  int rank = 0;  ///< of the block that issues it, in its cluster
};

struct Recording {
  std::vector<std::vector<Product>> products;  ///< of every warpgroup of the block
  std::vector<Copy> q, k, v;
  std::vector<Copy> grad_o;  ///< of a backward pass
};

/// As they lie in memory: permuted ones on one axis, in natural order.
Tokens in_memory(const Tokens& tokens);

/// The instance run by one block on dense attention of two heads; the tiles are those of the instance.
Recording record(const Instance& instance, const Tokens& queries, const Tokens& keys);

/// The same run by a cluster of two blocks: products of its first block, copies to it by both. For instances that
/// have clusters (q_tiles_of_item()).
Recording record_pair(const Instance& instance, const Tokens& queries, const Tokens& keys);

/// The instance of the backward pass run by one block, that of the first keys of the first head.
Recording record_backward(const Instance& instance, const Tokens& queries, const Tokens& keys);

/// One step of the chain of products of kernels/micro/, A from shared memory or from registers.
Recording record_rate(bool a_in_registers);

}  // namespace tilewright::kernels::conformance
