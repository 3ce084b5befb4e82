#include "tests/kernels/attention/case_problem.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "kernels/device/e4m3.hpp"
#include "kernels/device/numbers.hpp"
#include "kernels/reference/compare.hpp"
#include "kernels/reference/keys.hpp"

namespace tilewright::kernels {
namespace {

using device::bf16;
using device::e4m3;
using device::fp16;

reference::Windows windows_of(const AttentionCase& of, int head) {
  reference::Windows windows;
  for (std::size_t i = 0; i < 3; ++i) {
    const MaskRule& rule = rule_of(of, head);
    windows[i] = {of.masks.queries[i],
                  {of.masks.keys[i], rule.window[i], rule.stride[i], of.masks.dilation[i], rule.causal[i]}};
  }
  return windows;
}

/// Linear index of the tile that a token lies in.
int tile_of(std::int64_t token, const std::array<int, 3>& extent, const std::array<int, 3>& tile) {
  int linear = 0;
  const std::int64_t at[3] = {token / (extent[1] * extent[2]), token / extent[2] % extent[1], token % extent[2]};
  for (std::size_t i = 0; i < 3; ++i) {
    linear = linear * ((extent[i] + tile[i] - 1) / tile[i]) + static_cast<int>(at[i]) / tile[i];
  }
  return linear;
}

reference::Keys visible_in(const AttentionCase& of) {
  const reference::Keys windows = reference::keys_in_windows([&of](int head) { return windows_of(of, head); });
  if (of.masks.blocks.empty()) return windows;
  return reference::keys_also(windows, [&of](int, std::int64_t query, std::int64_t key) {
    const MaskProblem& masks = of.masks;
    const int visited = tile_of(query, masks.queries, masks.q_tile) * tiles_of(masks.keys, masks.kv_tile) +
                        tile_of(key, masks.keys, masks.kv_tile);
    return bool{masks.blocks[static_cast<std::size_t>(visited)]};
  });
}

}  // namespace

int tiles_of(const std::array<int, 3>& extent, const std::array<int, 3>& tile) {
  int tiles = 1;
  for (std::size_t i = 0; i < 3; ++i) tiles *= (extent[i] + tile[i] - 1) / tile[i];
  return tiles;
}

const MaskRule& rule_of(const AttentionCase& of, int head) {
  const auto& rule_of_head = of.masks.rule_of_head;
  return of.masks.rules[rule_of_head.empty() ? 0 : rule_of_head[static_cast<std::size_t>(head)]];
}

Order order_of_queries(const AttentionCase& of) { return {of.masks, of.masks.queries, of.masks.q_tile}; }
Order order_of_keys(const AttentionCase& of) { return {of.masks, of.masks.keys, of.masks.kv_tile}; }

template <class T>
reference::Source drawn(std::uint64_t seed, reference::Input tensor, std::int64_t tokens, double amplitude) {
  return [=](int head, std::int64_t token, std::span<float> row) {
    const auto first = static_cast<std::uint64_t>(head * tokens + token) * row.size();
    for (std::size_t i = 0; i < row.size(); ++i) {
      const float normal = reference::normal(reference::random_bits(seed, tensor, first + i));
      row[i] = device::to_float(device::from_float<T>(static_cast<float>(amplitude) * normal));
    }
  };
}

template <class T>
std::vector<T> in_memory(const reference::Source& source, int heads, int head_dim, const Order& order) {
  std::vector<T> data(static_cast<std::size_t>(heads * order.places() * head_dim),
                      T{static_cast<decltype(T::bits)>(reference::poison)});
  std::vector<float> row(static_cast<std::size_t>(head_dim));
  for (int head = 0; head < heads; ++head) {
    for (std::int64_t token = 0; token < order.tokens(); ++token) {
      source(head, token, row);
      T* to = data.data() + (head * order.places() + order.place(token)) * head_dim;
      std::transform(row.begin(), row.end(), to, [](float number) { return device::from_float<T>(number); });
    }
  }
  return data;
}

template <class T>
std::vector<T> take_rows(std::vector<T>& memory, int heads, int head_dim, const Order& order) {
  std::vector<T> rows;
  for (int head = 0; head < heads; ++head) {
    for (std::int64_t token = 0; token < order.tokens(); ++token) {
      T* from = memory.data() + (head * order.places() + order.place(token)) * head_dim;
      rows.insert(rows.end(), from, from + head_dim);
      std::fill(from, from + head_dim, T{reference::poison});
    }
  }
  return rows;
}

template <class T>
reference::Problem problem_of(const AttentionCase& of) {
  const std::int64_t queries = product(of.masks.queries);
  const std::int64_t keys = product(of.masks.keys);
  return {of.heads,
          of.kv_heads,
          of.head_dim,
          keys,
          static_cast<double>(1 / std::sqrt(static_cast<float>(of.head_dim))),
          drawn<T>(of.seed, reference::Input::q, queries, of.amplitude),
          drawn<T>(of.seed, reference::Input::k, keys, 1),
          drawn<T>(of.seed, reference::Input::v, keys, 1),
          visible_in(of),
          reference::Softmax{}};
}

template reference::Source drawn<bf16>(std::uint64_t, reference::Input, std::int64_t, double);
template reference::Source drawn<fp16>(std::uint64_t, reference::Input, std::int64_t, double);
template std::vector<bf16> in_memory(const reference::Source&, int, int, const Order&);
template std::vector<fp16> in_memory(const reference::Source&, int, int, const Order&);
template reference::Source drawn<e4m3>(std::uint64_t, reference::Input, std::int64_t, double);
template std::vector<e4m3> in_memory(const reference::Source&, int, int, const Order&);
template reference::Problem problem_of<e4m3>(const AttentionCase&);
template std::vector<bf16> take_rows(std::vector<bf16>&, int, int, const Order&);
template std::vector<fp16> take_rows(std::vector<fp16>&, int, int, const Order&);
template reference::Problem problem_of<bf16>(const AttentionCase&);
template reference::Problem problem_of<fp16>(const AttentionCase&);

}  // namespace tilewright::kernels
