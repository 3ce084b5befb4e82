// Attention in several passes with its memory on the host, and whether the kernels solved it.
#pragma once

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "kernels/emulator/emulate.hpp"
#include "kernels/passes/exponential_pass.hpp"
#include "kernels/passes/score_pass.hpp"
#include "kernels/passes/traffic.hpp"
#include "kernels/passes/value_pass.hpp"
#include "kernels/reference/compare.hpp"
#include "kernels/reference/keys.hpp"
#include "kernels/reference/sources.hpp"

namespace tilewright::kernels {

struct PassesSize {
  int batch, heads, kv_heads, queries, keys;
  float scale = 0.125F;
};

template <class Tiling, Passes Of>
class PassesCase {
 public:
  using T = typename Tiling::T;
  static constexpr int D = Tiling::D;

  explicit PassesCase(const PassesSize& size, std::uint64_t seed = 1) : size_(size), seed_(seed) {
    fill(q_, reference::Input::q, rows() * D);
    fill(k_, reference::Input::k, size.batch * size.kv_heads * size.keys * D);
    fill(v_, reference::Input::v, size.batch * size.kv_heads * size.keys * D);
    o_.assign(static_cast<std::size_t>(rows() * D), T{reference::poison});
    const PassesWorkspace workspace = workspace_of(shape(), Of);
    scores_.assign(static_cast<std::size_t>(workspace.scores_B / 2), reference::poison);
    maxima_.assign(static_cast<std::size_t>(workspace.maxima_B / 4), NAN);
    sums_.assign(static_cast<std::size_t>(workspace.sums_B / 4), NAN);
  }

  [[nodiscard]] PassesShape shape() const {
    return {size_.batch, size_.heads, size_.kv_heads, size_.queries, size_.keys, D, Tiling::kv_tile};
  }

  void run() {
    run_scores();
    run_exponentials();
    run_values();
  }
  void run_scores() { emulate<ScorePass<Tiling, Of>>(tiles(), params(), {seed_}); }
  void run_exponentials() {
    using Pass = ExponentialPass<T>;
    if (Of == Passes::three) emulate<Pass>({static_cast<int>(Pass::blocks(rows()))}, params(), {seed_});
  }
  void run_values() { emulate<ValuePass<Tiling, Of>>(tiles(), params(), {seed_}); }

  void check() const {
    std::vector<reference::Row> all;
    for (int batch = 0; batch < size_.batch; ++batch) {
      for (int head = 0; head < size_.heads; ++head) {
        for (int query = 0; query < size_.queries; ++query) all.push_back({batch, head, query});
      }
    }
    const reference::Verdict verdict = reference::check<T>(as_reference(), all, o_);
    INFO(verdict.message << ": error " << verdict.error << ", limit " << verdict.error_limit);
    CHECK(verdict.right);
  }

  /// Of a query with a key.
  [[nodiscard]] float score(int row, int key) const { return device::to_float(device::fp16{stored(row, key)}); }
  [[nodiscard]] float exponential(int row, int key) const { return device::to_float(T{stored(row, key)}); }
  [[nodiscard]] const std::vector<float>& maxima() const { return maxima_; }
  [[nodiscard]] const std::vector<float>& sums() const { return sums_; }
  [[nodiscard]] int rows() const { return size_.batch * size_.heads * size_.queries; }

 private:
  [[nodiscard]] std::uint16_t stored(int row, int key) const {
    return scores_[static_cast<std::size_t>(row * score_stride(size_.keys) + key)];
  }

  void fill(std::vector<T>& numbers, reference::Input tensor, int count) const {
    numbers.resize(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = reference::input<T>(seed_, tensor, i);
  }

  [[nodiscard]] Grid tiles() const {
    return {(size_.queries + Tiling::q_tile - 1) / Tiling::q_tile, size_.batch * size_.heads};
  }

  [[nodiscard]] PassesParams<T> params() {
    return {q_.data(),   k_.data(),   v_.data(),      o_.data(),     scores_.data(), maxima_.data(), sums_.data(),
            size_.batch, size_.heads, size_.kv_heads, size_.queries, size_.keys,     size_.scale};
  }

  [[nodiscard]] reference::Problem as_reference() const {
    reference::Problem problem;
    problem.heads = size_.heads;
    problem.kv_heads = size_.kv_heads;
    problem.head_dim = D;
    problem.keys = size_.keys;
    problem.scale = static_cast<double>(size_.scale);
    problem.q = reference::stored(q_.data(), size_.queries, D);
    problem.k = reference::stored(k_.data(), size_.keys, D);
    problem.v = reference::stored(v_.data(), size_.keys, D);
    problem.visible = reference::all_keys(size_.keys);
    return problem;
  }

  PassesSize size_;
  std::uint64_t seed_;
  std::vector<T> q_, k_, v_, o_;
  std::vector<std::uint16_t> scores_;
  std::vector<float> maxima_, sums_;
};

}  // namespace tilewright::kernels
