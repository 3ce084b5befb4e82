// What an attention computes, and from which numbers, as its CPU references take it.
//
// Softmax attention stands for every way to compute it: fused or in one, two or three passes, decoding with split
// keys, on permuted tokens. Tokens are counted in the order of their layout; where they lie in memory is a matter
// of the sources alone.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <tuple>
#include <variant>
#include <vector>

namespace tilewright::kernels::reference {

/// One row of the output: a query of a head.
struct Row {
  int batch = 0;
  int head = 0;
  std::int64_t query = 0;
  bool operator==(const Row&) const = default;
  bool operator<(const Row& other) const {
    return std::tie(batch, head, query) < std::tie(other.batch, other.head, other.query);
  }
};

/// Keys [first, last).
struct Interval {
  std::int64_t first;
  std::int64_t last;
  bool operator==(const Interval&) const = default;
};

/// The keys that a row's query sees: ascending, disjoint intervals. None: the row is zero.
using Keys = std::function<std::vector<Interval>(const Row&)>;

/// Fills `row` with the numbers of a token. `head` counts over the batch too: batch * heads + head.
using Source = std::function<void(int head, std::int64_t token, std::span<float> row)>;

/// exp(score), divided by the sum over the row's keys.
struct Softmax {};

/// 1 / (1 + exp(-(score + bias))). Ramapuram et al., "Theory, Analysis, and Best Practices for Sigmoid
/// Self-Attention", ICLR 2025.
struct Sigmoid {
  double bias = 0;
};

/// score * decay^(query - key), with a decay per head. Qin et al., "Lightning Attention-2", 2024, section 3.2. The
/// visible keys are those up to the query, or fewer.
struct Linear {
  std::vector<double> decay;
};

/// out[row] = sum over visible keys of weight(scale * q . k) * v.
struct Problem {
  int heads = 1;
  int kv_heads = 1;  ///< divides `heads`: head / (heads / kv_heads) is the head of K and V
  int head_dim = 1;
  std::int64_t keys = 0;
  double scale = 1;
  Source q, k, v;
  Keys visible;
  std::variant<Softmax, Sigmoid, Linear> weight = Softmax{};
};

/// Rows in the order in which they were asked for.
struct Output {
  int columns = 0;
  std::vector<double> values;
  std::vector<double> lse;  ///< softmax only: ln of the sum of exp(score), -inf without a key

  [[nodiscard]] std::span<const double> row(std::size_t i) const {
    return std::span(values).subspan(i * static_cast<std::size_t>(columns), static_cast<std::size_t>(columns));
  }
};

}  // namespace tilewright::kernels::reference
