// The gradients of softmax attention in plain loops on the CPU: the oracle of every backward kernel, in double; and
// beside it a plain low-precision computation, whose error says how much a kernel of 16-bit numbers may have.
//
// With the weights P = exp(scale * Q K^T - lse) of the visible pairs, and delta = sum over columns of dO o O:
//   dV = P^T dO, dS = P o (dO V^T - delta), dQ = scale * dS K, dK = scale * dS^T Q
// (T. Dao et al., "FlashAttention", NeurIPS 2022, appendix B.2). lse and delta of the queries are given: a backward
// pass has them of the forward pass, and what that one has rounded is no error of this one.
#pragma once

#include "kernels/reference/keys.hpp"
#include "kernels/reference/problem.hpp"

namespace tilewright::kernels::reference {

/// Softmax attention, and the gradient of its output by which gradients follow.
struct GradientProblem {
  Problem attention;
  Source grad_o;  ///< rows of queries, as those of Q
  int batch = 1;
  std::int64_t queries = 0;
  Sees sees = nullptr;  ///< what attention.visible says, where that is dear for a few keys; nullptr: it is asked
};

/// What is given of each query: [batch, heads, queries].
struct RowSums {
  std::vector<double> lse, delta;
};

/// In double, from attention itself. Its work is that of the whole forward pass.
RowSums row_sums(const GradientProblem& problem);

/// Rows of a gradient.
struct Gradient {
  Output exact;              ///< all in double
  Output plain;              ///< sums in float; P, dS and the result rounded to T
  std::vector<double> room;  ///< of each row: the norm of what float may make of a difference that should be zero
};

/// Rows of dQ. T is device::bf16 or device::fp16.
template <typename T>
Gradient query_gradients(const GradientProblem& problem, const RowSums& sums, std::span<const Row> rows);

/// Rows of dK and dV: `head` of a row counts KV heads, and `query` says which key. A key's gradients are sums over
/// all queries that see it, of all heads that read its KV head. Rows that stand together by batch and head are
/// cheapest.
struct KeyGradients {
  Gradient k, v;
};
template <typename T>
KeyGradients key_gradients(const GradientProblem& problem, const RowSums& sums, std::span<const Row> rows);

}  // namespace tilewright::kernels::reference
