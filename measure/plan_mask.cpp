#include "measure/plan_mask.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <stdexcept>

#include "common/error.hpp"
#include "einsum/mask/block_map.hpp"
#include "einsum/mask/census.hpp"
#include "einsum/mask/usage.hpp"

namespace tilewright {

namespace {

Extents argument_or(const Arguments& rule, const std::string& name, std::size_t dimensions, Count otherwise) {
  if (!rule.has(name) || rule.text(name).empty()) return Extents(dimensions, otherwise);
  return rule.extents(name, dimensions, 0);
}

bool all_are(const Extents& extents, Count value) {
  return std::ranges::all_of(extents, [value](Count each) { return each == value; });
}

std::string window_text(const Extents& window, const Extents& stride) {
  return to_text(plan::Rule{plan::axes_of(window), plan::axes_of(stride)}, window.size());
}

std::optional<std::string> neighborhood_text(const Arguments& rule, const Layout& layout) {
  const std::size_t dimensions = layout.dimensions();
  const Extents dilation = argument_or(rule, "dilation", dimensions, 1);
  if (!all_are(dilation, 1) && layout.queries != layout.keys) return {};
  plan::Rule text{plan::axes_of(rule.extents("window", dimensions)),
                  plan::axes_of(argument_or(rule, "stride", dimensions, 1)), plan::axes_of(dilation)};
  const Extents causal = argument_or(rule, "causal", dimensions, 0);
  for (std::size_t d = 0; d < dimensions; ++d) text.causal.at(plan::most_axes - dimensions + d) = causal[d] != 0;
  return to_text(text, dimensions);
}

bool divides(const Extents& window, const Extents& extents) {
  for (std::size_t d = 0; d < window.size(); ++d)
    if (extents[d] % window[d] != 0) return false;
  return true;
}

// Which the kernels take only where all pairs exist.
bool more_queries_than_keys(const Layout& layout) {
  for (std::size_t d = 0; d < layout.dimensions(); ++d)
    if (layout.queries[d] > layout.keys[d]) return true;
  return false;
}

// A neighborhood with the stride of the tile, where windows have a tile in their middle or are all keys.
std::optional<std::string> sliding_tile_text(const Arguments& rule, const Layout& layout) {
  const Extents tile = rule.extents("tile", layout.dimensions());
  const Extents window = rule.extents("window", layout.dimensions());
  for (std::size_t d = 0; d < tile.size(); ++d)
    if (window[d] / tile[d] % 2 == 0 && window[d] != layout.keys[d]) return {};
  return window_text(window, tile);
}

// The kernels' rule for a pattern, where there is one.
std::optional<std::string> rule_text(const Arguments& rule, const Layout& layout) {
  const std::size_t dimensions = layout.dimensions();
  const std::string& name = rule.pattern();
  if (name == "dense") return "dense";
  if (more_queries_than_keys(layout)) return {};
  if (name == "gna") return neighborhood_text(rule, layout);
  if (name == "sliding-tile") return sliding_tile_text(rule, layout);
  // A grid of windows is a neighborhood with the stride of its window, where none is cut off.
  if (name == "blocked" && divides(rule.extents("window", dimensions), layout.keys))
    return window_text(rule.extents("window", dimensions), rule.extents("window", dimensions));
  if (dimensions > 1) return {};
  if (name == "causal") return "causal";
  if (name == "sliding" && argument_or(rule, "right", 1, 0)[0] == 0) {
    const Count window = rule.count("left", 0) + 1;
    if (window >= layout.keys[0]) return "causal";
    return to_text(plan::Rule{{1, 1, static_cast<int>(window)}, {1, 1, 1}, {1, 1, 1}, {false, false, true}}, 1);
  }
  return {};
}

Mask block_mask(const Layout& layout, BlockMap map) { return flat_mask(layout, block_relation(std::move(map))); }

bool same_pairs(const Mask& a, const Mask& b) {
  const Count both = usage_of(combined(a, b, Combination::both)).pairs;
  return usage_of(a).pairs == both && usage_of(b).pairs == both;
}

// The visited tiles, as blocks of tokens.
BlockMap visited_blocks(const Mask& mask, const TileChoice& tiles) {
  const TileMap map = map_tiles(mask, {TileOrder::multi, KeyTiles::fixed, tiles.query, tiles.key});
  BlockMap blocks(mask.layout.flattened(), tiles.query[0], tiles.key[0]);
  for (Count row = 0; row < blocks.query_blocks(); ++row) blocks.set_row(row, map.visited.row(row));
  return blocks;
}

plan::Blocks as_plan(const BlockMap& map) {
  const Extent tokens = map.tokens();
  plan::Blocks blocks = plan::no_blocks_seen(map.query_block(), map.key_block(), tokens.queries, tokens.keys);
  auto seen = blocks.seen.begin();
  for (Count row = 0; row < blocks.rows; ++row)
    for (Count column = 0; column < blocks.columns; ++column) *seen++ = map.test(row, column);
  return blocks;
}

BlockMap as_map(const plan::Blocks& blocks, const Layout& layout) {
  BlockMap map(layout.flattened(), blocks.query_block, blocks.key_block);
  auto seen = blocks.seen.begin();
  for (Count row = 0; row < blocks.rows; ++row)
    for (Count column = 0; column < blocks.columns; ++column)
      if (*seen++) map.set(row, column);
  return map;
}

PlanMask by_blocks(const std::string& text, const Mask& mask, const TileChoice& tiles) {
  const auto fail = [&](const std::string& why) {
    throw InputError(
        fmt::format("mask '{}': the kernels cannot compute it: it is no product of windows, and {}", text, why));
  };
  if (mask.layout.dimensions() > 1) fail("blocks are of tokens of one dimension");
  if (tiles.query.size() != 1) fail("no tiles of one dimension are chosen");
  const BlockMap blocks = visited_blocks(mask, tiles);
  const Mask tiled = block_mask(mask.layout, blocks);
  const std::string bits = to_text(as_plan(blocks));
  if (same_pairs(tiled, mask)) return {"dense", bits};
  const Mask causal = parse_mask("causal").front().expression->make({mask.layout});
  const bool rule_fits = !more_queries_than_keys(mask.layout);
  if (rule_fits && same_pairs(combined(tiled, causal, Combination::both), mask)) return {"causal", bits};
  fail(fmt::format("its pairs are not whole tiles of {} x {} tokens", tiles.query[0], tiles.key[0]));
  return {};
}

// As masks are written elsewhere.
std::string as_expression(std::vector<plan::RuleRun> runs) {
  for (plan::RuleRun& run : runs)
    if (run.rule.starts_with("window=")) run.rule = "gna," + run.rule;
  return to_text(runs);
}

// What `read` makes of a column, or a fault that names the point.
template <class Read>
auto read_of(const plan::Row& row, const std::string& column, const Read& read) {
  try {
    return read();
  } catch (const std::invalid_argument& error) {
    throw InputError(fmt::format("point '{}': {}: {}", row.point, column, error.what()));
  }
}

}  // namespace

PlanMask plan_mask(const std::vector<HeadRun>& runs, const Layout& layout, Count heads, const TileChoice& tiles) {
  if (layout.dimensions() > plan::most_axes)
    throw InputError(fmt::format("the layout {} has more than the {} dimensions that the kernels take",
                                 to_text(layout.keys), plan::most_axes));
  const std::vector<HeadMask> masks = make_masks(runs, layout, heads);  // refuses what no mask can be
  Count named = 0;
  for (const HeadRun& run : runs) named += run.heads;
  std::vector<plan::RuleRun> rules;
  std::set<std::string> distinct;
  for (const HeadRun& run : runs) {
    const Arguments* rule = run.expression->rule();
    const auto text = rule == nullptr ? std::nullopt : rule_text(*rule, layout);
    if (!text && masks.size() == 1) return by_blocks(run.text, masks.front().mask, tiles);
    if (!text)
      throw InputError(
          fmt::format("mask '{}': the kernels cannot compute it: it is no product of windows, and blocks "
                      "are for heads that are all equal",
                      run.text));
    distinct.insert(*text);
    rules.push_back({run.heads * (heads / named), *text});
  }
  if (distinct.size() > plan::most_rules)
    throw InputError(
        fmt::format("{} different masks of heads; the kernels take at most {}", distinct.size(), plan::most_rules));
  return {to_text(rules), ""};
}

std::vector<HeadMask> masks_of(const plan::Row& row) {
  const Layout layout{row.queries, row.keys};
  const auto runs = read_of(row, "mask", [&] { return plan::read_runs(row.mask, row.heads); });
  std::vector<HeadMask> masks = make_masks(parse_mask(as_expression(runs)), layout, row.heads);
  if (row.blocks.empty()) return masks;
  const Mask blocks =
      block_mask(layout, as_map(read_of(row, "blocks", [&] { return plan::blocks_of(row); }), layout));
  const bool dense = row.mask == "dense";  // what stays a bitmap is counted by words
  for (HeadMask& mask : masks) mask.mask = dense ? blocks : combined(blocks, mask.mask, Combination::both);
  return masks;
}

}  // namespace tilewright
