#include "tests/kernels/attention/attention_case.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "kernels/device/e4m3.hpp"
#include "kernels/device/numbers.hpp"
#include "kernels/reference/compare.hpp"
#include "tests/kernels/attention/case_problem.hpp"

namespace tilewright::kernels {
namespace {

using device::bf16;
using device::fp16;

std::string join(const std::array<int, 3>& axes) {
  return std::to_string(axes[0]) + "x" + std::to_string(axes[1]) + "x" + std::to_string(axes[2]);
}

template <class T>
class Attempt {
 public:
  using Output = device::OutputOf<T>;

  explicit Attempt(const AttentionCase& of)
      : of_(of), queries_(order_of_queries(of)), keys_(order_of_keys(of)), problem_(problem_of<T>(of)) {
    if (of.sigmoid) problem_.weight = reference::Sigmoid{of.bias};
    o_.assign(static_cast<std::size_t>(of.batch * of.heads * queries_.places() * of.head_dim),
              Output{reference::poison});
    lse_.assign(static_cast<std::size_t>(of.batch * of.heads * queries_.places()), 0);
  }

  void run(const RunAttention<T>& run) {
    const Masks masks = make_masks(of_.masks);
    const std::vector<T> q = in_memory<T>(problem_.q, of_.batch * of_.heads, of_.head_dim, queries_);
    const std::vector<T> k = in_memory<T>(problem_.k, of_.batch * of_.kv_heads, of_.head_dim, keys_);
    const std::vector<T> v = in_memory<T>(problem_.v, of_.batch * of_.kv_heads, of_.head_dim, keys_);
    run({q.data(), k.data(), v.data(), o_.data(), of_.sigmoid ? nullptr : lse_.data(), of_.batch, of_.heads,
         of_.kv_heads, masks.queries, masks.keys, masks.set(), static_cast<float>(problem_.scale), of_.bias});
  }

  std::string judge() {
    std::vector<reference::Row> rows;
    std::vector<float> lse;
    for (int head = 0; head < of_.batch * of_.heads; ++head) {
      for (std::int64_t query = 0; query < queries_.tokens(); ++query) {
        rows.push_back({head / of_.heads, head % of_.heads, query});
        lse.push_back(lse_[static_cast<std::size_t>(head * queries_.places() + queries_.place(query))]);
      }
    }
    const std::vector<Output> got = take_rows(o_, of_.batch * of_.heads, of_.head_dim, queries_);
    std::string wrong = reference::check<T>(problem_, rows, got).message;
    if (!of_.sigmoid) wrong += judge_lse(rows, lse);
    const auto written = std::count_if(o_.begin(), o_.end(), [](Output o) { return o.bits != reference::poison; });
    if (written != 0) wrong += "; padding was written";
    return wrong;
  }

 private:
  /// Scores are exact to float's precision, and grow with the amplitude.
  std::string judge_lse(const std::vector<reference::Row>& rows, const std::vector<float>& lse) const {
    const double off = reference::lse_difference(reference::attention(problem_, rows), lse);
    return off < 1e-5 * (1 + of_.amplitude) ? "" : "; the log-sum-exp is off by " + std::to_string(off);
  }

  const AttentionCase& of_;
  Order queries_, keys_;
  reference::Problem problem_;
  std::vector<Output> o_;
  std::vector<float> lse_;
};

}  // namespace

std::string text_of(const AttentionCase& of) {
  std::ostringstream text;
  text << "batch " << of.batch << ", heads " << of.heads << " on " << of.kv_heads << ", D " << of.head_dim
       << ", queries " << join(of.masks.queries) << " by " << join(of.masks.q_tile) << ", keys "
       << join(of.masks.keys) << " by " << join(of.masks.kv_tile) << ", dilation " << join(of.masks.dilation)
       << ", amplitude " << of.amplitude << (of.masks.permuted ? ", permuted" : "")
       << (of.masks.blocks.empty() ? "" : ", block list");
  for (int head = 0; head < of.heads; ++head) {
    const MaskRule& rule = rule_of(of, head);
    text << "; head " << head;
    for (int i = 0; i < 3; ++i) {
      text << (i == 0 ? " window " : "x") << rule.window[i] << "/" << rule.stride[i] << (rule.causal[i] ? "c" : "");
    }
  }
  return text.str();
}

AttentionCase line_of(const Instance& instance, int queries, int keys) {
  AttentionCase of;
  of.head_dim = instance.head_dim;
  of.masks.queries = {1, 1, queries};
  of.masks.keys = {1, 1, keys};
  of.masks.q_tile = {1, 1, instance.q_tile};
  of.masks.kv_tile = {1, 1, instance.kv_tile};
  of.masks.rules = {{{1, 1, keys}, {1, 1, 1}, {false, false, false}}};
  return of;
}

template <class T>
std::string wrong_with(const AttentionCase& of, const RunAttention<T>& run) {
  Attempt<T> attempt(of);
  attempt.run(run);
  return attempt.judge();
}

template std::string wrong_with(const AttentionCase&, const RunAttention<bf16>&);
template std::string wrong_with(const AttentionCase&, const RunAttention<fp16>&);
template std::string wrong_with(const AttentionCase&, const RunAttention<device::e4m3>&);

std::array<int, 3> RandomCases::factors(int product, int dimensions) {
  std::array<int, 3> of{1, 1, 1};
  for (int left = product; left > 1; left /= 2) {
    of[static_cast<std::size_t>(from(3 - dimensions, 2))] *= 2;
  }
  return of;
}

MaskRule RandomCases::rule(const MaskProblem& masks) {
  MaskRule rule{};
  for (std::size_t i = 0; i < 3; ++i) {
    const int length = masks.keys[i] / masks.dilation[i];  // of the smallest group
    rule.causal[i] = length > 1 && one_in(3);
    rule.window[i] = one_in(2) ? length : from(1, length);
    rule.stride[i] = one_in(2) ? 1 : from(1, rule.window[i]);
  }
  return rule;
}

AttentionCase RandomCases::next(const Tiles& tiles, int head_dim) {
  AttentionCase of;
  of.head_dim = head_dim;
  of.seed = static_cast<std::uint64_t>(from(1, 1 << 20));
  of.batch = one_in(4) ? 2 : 1;
  of.kv_heads = one_in(4) ? 2 : 1;
  of.amplitude = one_in(2) ? 1 : one_in(2) ? 6 : 100;
  of.heads = of.kv_heads * (one_in(3) ? 2 : 1);
  MaskProblem& masks = of.masks;
  const int dimensions = from(1, 3);
  masks.q_tile = factors(tiles.q_tile, dimensions);
  masks.kv_tile = factors(tiles.kv_tile, dimensions);
  int most = 220;
  for (auto i = static_cast<std::size_t>(3 - dimensions); i < 3; ++i) {
    masks.keys[i] = from(1, std::min(most, i == 2 ? most : 9));
    most = std::max(1, most / masks.keys[i]);
    masks.queries[i] = one_in(2) ? masks.keys[i] : from(1, masks.keys[i]);
    masks.dilation[i] = one_in(4) ? from(1, std::min(i == 2 ? 3 : 2, masks.queries[i])) : 1;
  }
  masks.permuted = one_in(3);
  const int rules = one_in(3) ? of.heads : 1;
  for (int r = 0; r < rules; ++r) masks.rules.push_back(rule(masks));
  for (int head = 0; rules > 1 && head < of.heads; ++head) {
    masks.rule_of_head.push_back(static_cast<std::uint8_t>(of.heads - 1 - head));
  }
  if (product(masks.dilation) == 1 && one_in(3)) {
    const int pairs = tiles_of(masks.queries, masks.q_tile) * tiles_of(masks.keys, masks.kv_tile);
    for (int pair = 0; pair < pairs; ++pair) masks.blocks.push_back(one_in(2));
  }
  return of;
}

}  // namespace tilewright::kernels
