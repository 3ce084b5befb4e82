#include "kernels/mask/make_masks.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>

#include "kernels/mask/visits.hpp"

namespace tilewright::kernels {
namespace {

constexpr std::int64_t most_listed = std::numeric_limits<int>::max();

void require_within(const std::string& what, std::int64_t value, std::int64_t least, std::int64_t most,
                    const std::string& why = "") {
  if (value >= least && value <= most) return;
  throw MaskError(what + ": expected " + std::to_string(least) + " to " + std::to_string(most) + why + ", got " +
                  std::to_string(value));
}

std::string on_axis(const std::string& what, std::size_t axis) {
  return what + " on axis " + std::to_string(axis + 1) + " of 3";
}

void check_sizes(const MaskProblem& problem) {
  for (std::size_t i = 0; i < 3; ++i) {
    require_within(on_axis("queries", i), problem.queries[i], 1, most_tokens);
    require_within(on_axis("keys", i), problem.keys[i], 1, most_tokens);
    require_within(on_axis("Q tile", i), problem.q_tile[i], 1, most_tokens);
    require_within(on_axis("KV tile", i), problem.kv_tile[i], 1, most_tokens);
    require_within(on_axis("dilation", i), problem.dilation[i], 1, problem.keys[i], " (the keys)");
  }
}

// Tokens with every dilation group padded to whole tiles: no stride or offset of a grid is larger.
void check_tokens(const std::string& what, const std::array<int, 3>& extent, const std::array<int, 3>& tile,
                  const std::array<int, 3>& dilation) {
  std::int64_t tokens = 1;
  for (std::size_t i = 0; i < 3; ++i) {
    const int tiles = ceil_divide(ceil_divide(extent[i], dilation[i]), tile[i]);
    for (const int factor : {tiles, tile[i], dilation[i]}) {
      tokens *= factor;
      if (tokens > most_tokens)
        throw MaskError(what + ": expected at most " + std::to_string(most_tokens) +
                        " tokens, padded to whole tiles, got more");
    }
  }
}

void check_axis(const MaskProblem& problem, const MaskRule& rule, std::size_t axis) {
  const int keys = problem.keys[axis];
  require_within(on_axis("window", axis), rule.window[axis], 1, keys / problem.dilation[axis],
                 " (the keys of the smallest dilation group)");
  require_within(on_axis("stride", axis), rule.stride[axis], 1, rule.window[axis], " (the window)");
  // A dense query may stand anywhere, a causal one before the first key.
  if (rule.window[axis] == keys && (!rule.causal[axis] || rule.stride[axis] == 1)) return;
  require_within(on_axis("queries", axis), problem.queries[axis], 1, keys, " (the keys, for a window)");
}

void check(const MaskProblem& problem) {
  check_sizes(problem);
  check_tokens("keys", problem.keys, problem.kv_tile, problem.dilation);
  check_tokens("queries", problem.queries, problem.q_tile, problem.dilation);
  const auto rules = static_cast<std::int64_t>(problem.rules.size());
  require_within("mask rules", rules, 1, most_rules);
  for (const MaskRule& rule : problem.rules)
    for (std::size_t i = 0; i < 3; ++i) check_axis(problem, rule, i);
  for (const std::uint8_t rule : problem.rule_of_head) require_within("rule of a head", rule, 0, rules - 1);
}

void check_blocks(const MaskProblem& problem, const Masks& masks) {
  if (group_count(masks.keys) != 1) throw MaskError("blocks: expected none with a dilation");
  const auto rows = static_cast<std::size_t>(tile_count(masks.queries));
  const auto columns = static_cast<std::size_t>(tile_count(masks.keys));
  if (problem.blocks.size() == rows * columns) return;
  throw MaskError("blocks: expected one for each of " + std::to_string(rows) + " Q tiles by " +
                  std::to_string(columns) + " KV tiles, got " + std::to_string(problem.blocks.size()));
}

TokenGrid grid_of(const std::array<int, 3>& extent, const std::array<int, 3>& tile, const MaskProblem& problem) {
  TokenOrder order;
  for (std::size_t i = 0; i < 3; ++i) {
    order.extent[i] = extent[i];
    order.tile[i] = tile[i];
    order.dilation[i] = problem.dilation[i];
    order.position[i] = problem.keys[i] - extent[i];
  }
  order.permuted = problem.permuted;
  return token_grid(order);
}

BlockList list_of(const std::vector<bool>& blocks, const MaskScene& scene) {
  BlockList list{{0}, {}};
  const auto columns = static_cast<std::size_t>(tile_count(scene.keys));
  for (int q = 0; q < tile_count(scene.queries); ++q) {
    const Visits visits(scene, q);
    KvTile tile = visits.first();
    for (int i = 0; i < visits.count(); ++i, tile = visits.next(tile)) {
      if (blocks[static_cast<std::size_t>(q) * columns + static_cast<std::size_t>(tile.linear)])
        list.tiles.push_back(tile.linear);
    }
    require_within("visited blocks", static_cast<std::int64_t>(list.tiles.size()), 0, most_listed);
    list.offsets.push_back(static_cast<int>(list.tiles.size()));
  }
  return list;
}

}  // namespace

MaskSet Masks::set() const {
  return set([](const auto& values) { return values.data(); });
}

Masks make_masks(const MaskProblem& problem) {
  check(problem);
  Masks masks{grid_of(problem.queries, problem.q_tile, problem),
              grid_of(problem.keys, problem.kv_tile, problem),
              problem.rules,
              problem.rule_of_head,
              {}};
  for (MaskRule& rule : masks.rules) rule.offsets = rule.tiles = nullptr;
  if (problem.blocks.empty()) return masks;
  check_blocks(problem, masks);
  for (const MaskRule& rule : masks.rules)
    masks.lists.push_back(list_of(problem.blocks, {masks.queries, masks.keys, rule}));
  return masks;
}

}  // namespace tilewright::kernels
