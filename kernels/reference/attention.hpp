// Attention in plain loops on the CPU: the oracle of every kernel, in double; and a plain low-precision
// computation, whose error says how much a kernel of 16-bit or 8-bit numbers may have.
#pragma once

#include "kernels/reference/problem.hpp"

namespace tilewright::kernels::reference {

/// Every number and every sum in double. Holds the keys and values of one head in memory at a time, so rows that
/// stand together by batch and head are cheapest.
Output attention(const Problem& problem, std::span<const Row> rows);

/// As a kernel of T would without any tiling: scores, weights and sums in float; weights (for a softmax exp(score -
/// maximum), not yet divided) rounded to T before they multiply the values; the output rounded to
/// device::OutputOf<T>. T is device::bf16, device::fp16, or device::e4m3, for which weights are rounded times 2^8.
template <typename T>
Output plain_attention(const Problem& problem, std::span<const Row> rows);

/// Both of them for the same rows. Keys and values, most of the work of few rows, are drawn once.
struct ExactAndPlain {
  Output exact, plain;
};
template <typename T>
ExactAndPlain exact_and_plain(const Problem& problem, std::span<const Row> rows);

}  // namespace tilewright::kernels::reference
