// A decoding problem with its memory on the host, and whether a kernel solved it.
#pragma once

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "kernels/decode/merge.hpp"
#include "kernels/decode/problem.hpp"
#include "kernels/reference/compare.hpp"
#include "kernels/reference/sources.hpp"

namespace tilewright::kernels {

struct DecodeSize {
  int sequences, heads, kv_heads, queries, keys;
  bool causal = false;
  std::vector<int> lengths = {};  ///< empty: `keys` for all
};

template <class T, int D>
class DecodeCase {
 public:
  explicit DecodeCase(DecodeSize size, std::uint64_t seed = 1) : size_(std::move(size)) {
    const int rows = size_.sequences * size_.heads * size_.queries;
    fill(q_, reference::Input::q, rows, seed);
    fill(k_, reference::Input::k, size_.sequences * size_.kv_heads * size_.keys, seed);
    fill(v_, reference::Input::v, size_.sequences * size_.kv_heads * size_.keys, seed);
    o_.assign(static_cast<std::size_t>(rows) * D, T{reference::poison});
    lse_.assign(static_cast<std::size_t>(rows), NAN);
    poison_unused_keys();
  }

  [[nodiscard]] DecodeParams<T> params() {
    return {q_.data(),
            k_.data(),
            v_.data(),
            o_.data(),
            lse_.data(),
            size_.lengths.empty() ? nullptr : size_.lengths.data(),
            size_.sequences,
            size_.heads,
            size_.kv_heads,
            size_.queries,
            size_.keys,
            size_.causal,
            scale};
  }

  [[nodiscard]] const std::vector<T>& o() const { return o_; }

  void check() const {
    const std::vector<reference::Row> rows = all_rows();
    const reference::Problem problem = as_reference();
    const reference::Verdict verdict = reference::check<T>(problem, rows, o_);
    INFO(verdict.message << ": error " << verdict.error << ", limit " << verdict.error_limit);
    CHECK(verdict.right);
    CHECK(reference::lse_difference(reference::attention(problem, rows), lse_) < 1e-4);
  }

 private:
  static constexpr float scale = 0.125F;

  static void fill(std::vector<T>& numbers, reference::Input tensor, int rows, std::uint64_t seed) {
    numbers.resize(static_cast<std::size_t>(rows) * D);
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = reference::input<T>(seed, tensor, i);
  }

  [[nodiscard]] int length(int sequence) const {
    return size_.lengths.empty() ? size_.keys : size_.lengths[static_cast<std::size_t>(sequence)];
  }

  /// What lies beyond a sequence's length is nobody's business.
  void poison_unused_keys() {
    for (int head = 0; head < size_.sequences * size_.kv_heads; ++head) {
      for (int key = length(head / size_.kv_heads); key < size_.keys; ++key) {
        const auto first = static_cast<std::size_t>(head * size_.keys + key) * D;
        std::fill_n(k_.begin() + static_cast<std::ptrdiff_t>(first), D, T{reference::poison});
        std::fill_n(v_.begin() + static_cast<std::ptrdiff_t>(first), D, T{reference::poison});
      }
    }
  }

  [[nodiscard]] std::vector<reference::Row> all_rows() const {
    std::vector<reference::Row> rows;
    for (int sequence = 0; sequence < size_.sequences; ++sequence) {
      for (int head = 0; head < size_.heads; ++head) {
        for (int query = 0; query < size_.queries; ++query) rows.push_back({sequence, head, query});
      }
    }
    return rows;
  }

  [[nodiscard]] reference::Problem as_reference() const {
    reference::Problem problem;
    problem.heads = size_.heads;
    problem.kv_heads = size_.kv_heads;
    problem.head_dim = D;
    problem.keys = size_.keys;
    problem.scale = scale;
    problem.q = reference::stored(q_.data(), size_.queries, D);
    problem.k = reference::stored(k_.data(), size_.keys, D);
    problem.v = reference::stored(v_.data(), size_.keys, D);
    problem.visible = [this](const reference::Row& row) {
      const std::int64_t keys = length(row.batch);
      const std::int64_t last = size_.causal ? keys - size_.queries + row.query + 1 : keys;
      return last > 0 ? std::vector<reference::Interval>{{0, last}} : std::vector<reference::Interval>{};
    };
    return problem;
  }

  DecodeSize size_;
  std::vector<T> q_, k_, v_, o_;
  std::vector<float> lse_;
};

}  // namespace tilewright::kernels
