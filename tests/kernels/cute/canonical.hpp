// What CuTe (NVIDIA, CUTLASS 4.2) says of matrices in shared memory, tensor maps and registers, as plain numbers:
// the other tests of this folder hold the kernels and the emulator against it, and include nothing of CuTe.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "kernels/attention/instances.hpp"
#include "tests/kernels/cute/map_call.hpp"

namespace tilewright::kernels::conformance {

/// A matrix in shared memory, `copies` of them one after another. If it is MN-major, its rows are K of the product.
struct Canonical {
  int number_B;
  bool mn_major;
  int rows;     ///< tokens; of V transposed, numbers of a head
  int columns;  ///< numbers of a head; of V transposed, tokens
  int copies;
  int end;                                 ///< the first byte behind all copies
  std::vector<int> addresses;              ///< bytes from the start of shared memory: [copies][rows][columns]
  std::vector<std::uint64_t> descriptors;  ///< of the products: [copies][parts of the rows][steps along K]

  [[nodiscard]] int step() const { return 32 / number_B; }    ///< of a product along K
  [[nodiscard]] int panel() const { return 128 / number_B; }  ///< columns of it

  [[nodiscard]] int address(int copy, int row, int column) const {
    return addresses[static_cast<std::size_t>((copy * rows + row) * columns + column)];
  }
};

/// Q in parts of 64 rows, K and V in the kernel's stages, behind each other. V is the operand whose K are tokens:
/// of 8-bit numbers transposed, and `brought_v` is V as copies leave it, behind all else.
struct SharedMatrices {
  Canonical q, k, v, brought_v;
};

/// Of an instance of specialized_instances. Throws std::invalid_argument for another.
SharedMatrices cute_matrices(const Instance& instance);

/// Of the backward pass, behind each other: K and V in parts of 64 rows, Q and dO in the kernel's stages, dS in
/// turns, tokens being keys and columns queries. `_by` are the same matrices as operands whose K are tokens: of K
/// and dS in parts of 64 columns.
struct BackwardMatrices {
  Canonical k, v, q, grad_o, grad_s_by_keys;
  Canonical k_by_keys, q_by_queries, grad_o_by_queries;
};

/// Of an instance of specialized_backward_instances. Throws std::invalid_argument for another.
BackwardMatrices cute_backward_matrices(const Instance& instance);

/// A of two warpgroups, 64 x 64 each, and B, 128 x 64, behind it: what the chain of products of kernels/micro/
/// reads.
struct RateMatrices {
  Canonical a, b;
};
RateMatrices cute_rate_matrices();

/// A K-major matrix of a panel's columns, of 16 rows or, of 8-bit numbers, of 32.
Canonical cute_step_rows(int number_B, int start);

/// Which element of 64 rows a thread's register holds, row + 64 * column: of the accumulators of n columns
/// [128 threads][n / 2], and of A in registers [128 threads][8, or of 8-bit numbers 16].
std::vector<int> cute_accumulators(int n);
std::vector<int> cute_a_registers(int number_B);

/// Tokens of one or three axes, the last of them fastest.
struct Tokens {
  std::array<int, 3> extent;
  std::array<int, 3> tile;  ///< {1, 1, rows of the operand}, or tile_of_three_axes(rows)
  bool permuted = false;    ///< tiles follow each other in memory, each filled up to its size
};

constexpr std::array<int, 3> tile_of_three_axes(int rows) {
  return rows == 192 ? std::array{3, 8, 8} : rows == 64 ? std::array{4, 4, 4} : std::array{2, 8, rows / 16};
}

enum class Operand { q, k, v };

/// The call of the driver by which CuTe makes the map of a tensor [heads, tokens, head_dim], in natural order,
/// whose tiles go to an operand of the instance.
MapCall cute_map(const Instance& instance, Operand operand, const Tokens& tokens, const void* tensor, int heads);

}  // namespace tilewright::kernels::conformance
