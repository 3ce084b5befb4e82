#include "kernels/runner/problem.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <future>
#include <thread>

#include "kernels/reference/keys.hpp"
#include "kernels/reference/sample.hpp"
#include "kernels/reference/sources.hpp"

namespace tilewright::kernels::runner {
namespace {

using reference::Input;

template <class T>
void set_sources(const Point& point, reference::Problem& problem) {
  problem.q = reference::generated<T>(point.seed, Input::q, point.queries.product(), point.head_dim);
  problem.k = reference::generated<T>(point.seed, Input::k, point.keys.product(), point.head_dim);
  problem.v = reference::generated<T>(point.seed, Input::v, point.keys.product(), point.head_dim);
}

reference::Windows windows_of(const RuleText& rule, const Shape& queries, const Shape& keys) {
  reference::Windows windows;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    windows[axis] = {
        queries.extent[axis],
        {keys.extent[axis], rule.window[axis], rule.stride[axis], rule.dilation[axis], rule.causal[axis]}};
  }
  return windows;
}

/// The row-major index of the tile that holds a token.
std::int64_t tile_of(std::int64_t token, const Shape& layout, const Shape& tile) {
  std::int64_t index = 0;
  std::int64_t inner = layout.product();
  for (std::size_t axis = 0; axis < 3; ++axis) {
    inner /= layout.extent[axis];
    const std::int64_t tiles = (layout.extent[axis] + tile.extent[axis] - 1) / tile.extent[axis];
    index = index * tiles + token / inner % layout.extent[axis] / tile.extent[axis];
  }
  return index;
}

reference::Keys keys_of(const Point& point) {
  const auto by_window = reference::keys_in_windows([point](int head) {
    const std::uint8_t rule = point.mask.rule_of_head[static_cast<std::size_t>(head)];
    return windows_of(point.mask.rules[rule], point.queries, point.keys);
  });
  if (point.blocks.rows == 0) return by_window;
  return reference::keys_also(by_window, [point](int, std::int64_t query, std::int64_t key) {
    const std::int64_t row = tile_of(query, point.queries, point.q_tile);
    const std::int64_t column = tile_of(key, point.keys, point.kv_tile);
    return point.blocks.seen[static_cast<std::size_t>(row * point.blocks.columns + column)];
  });
}

struct Both {
  reference::Output exact, plain;
};

void append(const reference::Output& part, reference::Output& whole) {
  whole.columns = part.columns;
  whole.values.insert(whole.values.end(), part.values.begin(), part.values.end());
  whole.lse.insert(whole.lse.end(), part.lse.begin(), part.lse.end());
}

/// Rows in as many parts as there are cores.
template <class T>
Both compute(const reference::Problem& problem, std::span<const reference::Row> rows) {
  const std::size_t parts = std::min<std::size_t>(std::max(std::thread::hardware_concurrency(), 1U), rows.size());
  std::vector<std::future<Both>> futures;
  for (std::size_t part = 0; part < parts; ++part) {
    const std::size_t first = part * rows.size() / parts;
    const auto mine = rows.subspan(first, (part + 1) * rows.size() / parts - first);
    futures.push_back(std::async(std::launch::async, [&problem, mine] {
      return Both{reference::attention(problem, mine), reference::plain_attention<T>(problem, mine)};
    }));
  }
  Both whole;
  for (auto& future : futures) {
    const Both part = future.get();
    append(part.exact, whole.exact);
    append(part.plain, whole.plain);
  }
  return whole;
}

template <class T>
reference::Verdict judge_as(const reference::Problem& problem, std::span<const reference::Row> rows,
                            std::span<const std::uint16_t> bits) {
  std::vector<T> got;
  for (const std::uint16_t number : bits) got.push_back({number});
  const Both references = compute<T>(problem, rows);
  const reference::Limit limit = reference::limit_of<T>(reference::difference(references.exact, references.plain));
  return reference::judge(reference::difference(references.exact, std::span<const T>(got)), limit, rows);
}

}  // namespace

double scale_of(const Point& point) { return 1 / std::sqrt(static_cast<double>(point.head_dim)); }

bool is_plain_dense(const Point& point) {
  return point.mask.dense(point.keys) && point.blocks.rows == 0 && !point.permuted;
}

bool is_plain_causal(const Point& point) {
  const RuleText causal{point.keys.extent, {1, 1, 1}, {1, 1, 1}, {false, false, true}};
  return point.keys.dimensions == 1 && point.mask.rules == std::vector<RuleText>{causal} &&
         point.blocks.rows == 0 && !point.permuted;
}

reference::Problem problem_of(const Point& point) {
  reference::Problem problem;
  problem.heads = point.heads;
  problem.kv_heads = point.kv_heads;
  problem.head_dim = point.head_dim;
  problem.keys = point.keys.product();
  problem.scale = scale_of(point);
  if (point.dtype == "bf16") {
    set_sources<device::bf16>(point, problem);
  } else {
    set_sources<device::fp16>(point, problem);
  }
  problem.visible = keys_of(point);
  return problem;
}

std::vector<reference::Row> checked_rows(const Point& point) {
  reference::Sampling sampling{point.batch, point.heads, {}, {}, 64, point.seed};
  std::copy(point.queries.extent.begin(), point.queries.extent.end(), sampling.queries.begin());
  std::copy(point.q_tile.extent.begin(), point.q_tile.extent.end(), sampling.q_tile.begin());
  return reference::sample_rows(sampling);
}

reference::Verdict judge(const reference::Problem& problem, const Point& point,
                         std::span<const reference::Row> rows, std::span<const std::uint16_t> got) {
  if (point.dtype == "bf16") return judge_as<device::bf16>(problem, rows, got);
  return judge_as<device::fp16>(problem, rows, got);
}

}  // namespace tilewright::kernels::runner
