#include "kernels/runner/problem.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <future>
#include <thread>

#include "kernels/device/e4m3.hpp"
#include "kernels/reference/keys.hpp"
#include "kernels/reference/sample.hpp"
#include "kernels/reference/sources.hpp"

namespace tilewright::kernels::runner {
namespace {

using reference::Input;
using Axes = std::array<int, 3>;

/// Calls use.template operator()<T>() for the numbers that a word of plan::dtypes() names.
template <class Use>
auto with_numbers(const std::string& dtype, const Use& use) {
  if (dtype == "bf16") return use.template operator()<device::bf16>();
  if (dtype == "fp16") return use.template operator()<device::fp16>();
  return use.template operator()<device::e4m3>();
}

template <class T>
void set_sources(const plan::Row& point, reference::Problem& problem) {
  problem.q = reference::generated<T>(point.seed, Input::q, plan::tokens_in(point.queries), point.head_dim);
  problem.k = reference::generated<T>(point.seed, Input::k, plan::tokens_in(point.keys), point.head_dim);
  problem.v = reference::generated<T>(point.seed, Input::v, plan::tokens_in(point.keys), point.head_dim);
}

reference::Windows windows_of(const plan::Rule& rule, const Axes& queries, const Axes& keys) {
  reference::Windows windows;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    windows[axis] = {queries[axis],
                     {keys[axis], rule.window[axis], rule.stride[axis], rule.dilation[axis], rule.causal[axis]}};
  }
  return windows;
}

/// The row-major index of the tile that holds a token.
std::int64_t tile_of(std::int64_t token, const Axes& layout, const Axes& tile) {
  std::int64_t index = 0;
  std::int64_t inner = std::int64_t{layout[0]} * layout[1] * layout[2];
  for (std::size_t axis = 0; axis < 3; ++axis) {
    inner /= layout[axis];
    const std::int64_t tiles = (layout[axis] + tile[axis] - 1) / tile[axis];
    index = index * tiles + token / inner % layout[axis] / tile[axis];
  }
  return index;
}

std::function<reference::Windows(int)> windows_of_heads(const plan::Row& point) {
  return [mask = plan::mask_of(point), queries = plan::axes_of(point.queries),
          keys = plan::axes_of(point.keys)](int head) {
    return windows_of(mask.rules[mask.rule_of_head[static_cast<std::size_t>(head)]], queries, keys);
  };
}

/// Whether the block of a pair exists; nothing without blocks.
reference::Sees block_of_pair(const plan::Row& point) {
  const plan::Blocks blocks = plan::blocks_of(point);
  if (blocks.rows == 0) return {};
  return [blocks, queries = plan::axes_of(point.queries), keys = plan::axes_of(point.keys),
          q_tile = plan::axes_of(point.q_tile),
          kv_tile = plan::axes_of(point.kv_tile)](int, std::int64_t query, std::int64_t key) {
    const std::int64_t row = tile_of(query, queries, q_tile);
    const std::int64_t column = tile_of(key, keys, kv_tile);
    return blocks.seen[static_cast<std::size_t>(row * blocks.columns + column)];
  };
}

reference::Keys keys_of(const plan::Row& point) {
  const auto by_window = reference::keys_in_windows(windows_of_heads(point));
  const reference::Sees block = block_of_pair(point);
  return block ? reference::keys_also(by_window, block) : by_window;
}

void append(const reference::Output& part, reference::Output& whole) {
  whole.columns = part.columns;
  whole.values.insert(whole.values.end(), part.values.begin(), part.values.end());
  whole.lse.insert(whole.lse.end(), part.lse.begin(), part.lse.end());
}

/// Rows in as many parts as there are cores, but for those that launch kernels and read their times meanwhile.
template <class T>
reference::ExactAndPlain compute(const reference::Problem& problem, std::span<const reference::Row> rows) {
  constexpr unsigned others = 2;
  const unsigned cores = std::max(std::thread::hardware_concurrency(), others + 1) - others;
  const std::size_t parts = std::min<std::size_t>(cores, rows.size());
  std::vector<std::future<reference::ExactAndPlain>> futures;
  for (std::size_t part = 0; part < parts; ++part) {
    const std::size_t first = part * rows.size() / parts;
    const auto mine = rows.subspan(first, (part + 1) * rows.size() / parts - first);
    futures.push_back(
        std::async(std::launch::async, [&problem, mine] { return reference::exact_and_plain<T>(problem, mine); }));
  }
  reference::ExactAndPlain whole;
  for (auto& future : futures) {
    const reference::ExactAndPlain part = future.get();
    append(part.exact, whole.exact);
    append(part.plain, whole.plain);
  }
  return whole;
}

template <class T>
reference::Verdict judge_as(const reference::Problem& problem, std::span<const reference::Row> rows,
                            std::span<const std::uint16_t> bits) {
  using Output = device::OutputOf<T>;
  std::vector<Output> got;
  for (const std::uint16_t number : bits) got.push_back({number});
  const reference::ExactAndPlain references = compute<T>(problem, rows);
  const reference::Limit limit = reference::limit_of<T>(reference::difference(references.exact, references.plain));
  return reference::judge(reference::difference(references.exact, std::span<const Output>(got)), limit, rows);
}

}  // namespace

double scale_of(const plan::Row& point) { return 1 / std::sqrt(static_cast<double>(point.head_dim)); }

bool is_plain_dense(const plan::Row& point) {
  return plan::mask_of(point).dense(point.keys) && point.blocks.empty() && !point.permuted;
}

bool is_plain_causal(const plan::Row& point) {
  const plan::Rule causal{plan::axes_of(point.keys), {1, 1, 1}, {1, 1, 1}, {false, false, true}};
  return point.keys.size() == 1 && plan::mask_of(point).rules == std::vector<plan::Rule>{causal} &&
         point.blocks.empty() && !point.permuted;
}

reference::Problem problem_of(const plan::Row& point) {
  reference::Problem problem;
  problem.heads = point.heads;
  problem.kv_heads = point.kv_heads;
  problem.head_dim = point.head_dim;
  problem.keys = plan::tokens_in(point.keys);
  problem.scale = scale_of(point);
  with_numbers(point.dtype, [&]<class T>() { set_sources<T>(point, problem); });
  problem.visible = keys_of(point);
  return problem;
}

reference::Sees sees_of(const plan::Row& point) {
  const reference::Sees by_window = reference::seen_in_windows(windows_of_heads(point));
  const reference::Sees block = block_of_pair(point);
  if (!block) return by_window;
  return [by_window, block](int head, std::int64_t query, std::int64_t key) {
    return by_window(head, query, key) && block(head, query, key);
  };
}

std::vector<reference::Row> checked_rows(const plan::Row& point) {
  reference::Sampling sampling{point.batch, point.heads, {}, {}, 64, point.seed};
  const Axes queries = plan::axes_of(point.queries);
  const Axes q_tile = plan::axes_of(point.q_tile);
  std::copy(queries.begin(), queries.end(), sampling.queries.begin());
  std::copy(q_tile.begin(), q_tile.end(), sampling.q_tile.begin());
  return reference::sample_rows(sampling);
}

reference::Verdict judge(const reference::Problem& problem, const plan::Row& point,
                         std::span<const reference::Row> rows, std::span<const std::uint16_t> got) {
  return with_numbers(point.dtype, [&]<class T>() { return judge_as<T>(problem, rows, got); });
}

}  // namespace tilewright::kernels::runner
