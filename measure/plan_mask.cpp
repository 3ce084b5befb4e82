#include "measure/plan_mask.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

#include "common/error.hpp"
#include "einsum/mask/block_map.hpp"
#include "einsum/mask/census.hpp"
#include "einsum/mask/usage.hpp"

namespace tilewright {

namespace {

constexpr std::size_t most_rules = 4;
constexpr Count digit_bits = 4;  // of a hexadecimal digit

Extents argument_or(const Arguments& rule, const std::string& name, std::size_t dimensions, Count otherwise) {
  if (!rule.has(name) || rule.text(name).empty()) return Extents(dimensions, otherwise);
  return rule.extents(name, dimensions, 0);
}

bool all_are(const Extents& extents, Count value) {
  return std::ranges::all_of(extents, [value](Count each) { return each == value; });
}

std::string window_text(const Extents& window, const Extents& stride) {
  return "window=" + to_text(window) + (all_are(stride, 1) ? "" : ",stride=" + to_text(stride));
}

std::optional<std::string> neighborhood_text(const Arguments& rule, const Layout& layout) {
  const std::size_t dimensions = layout.dimensions();
  std::string text = window_text(rule.extents("window", dimensions), argument_or(rule, "stride", dimensions, 1));
  const Extents dilation = argument_or(rule, "dilation", dimensions, 1);
  const Extents causal = argument_or(rule, "causal", dimensions, 0);
  if (!all_are(dilation, 1) && layout.queries != layout.keys) return {};
  if (!all_are(dilation, 1)) text += ",dilation=" + to_text(dilation);
  if (!all_are(causal, 0)) text += ",causal=" + to_text(causal);
  return text;
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

// The kernels' rule for a pattern, where there is one.
std::optional<std::string> rule_text(const Arguments& rule, const Layout& layout) {
  const std::size_t dimensions = layout.dimensions();
  const std::string& name = rule.pattern();
  if (name == "dense") return "dense";
  if (more_queries_than_keys(layout)) return {};
  if (name == "gna") return neighborhood_text(rule, layout);
  if (name == "sliding-tile")
    return window_text(rule.extents("window", dimensions), rule.extents("tile", dimensions));
  // A grid of windows is a neighborhood with the stride of its window, where none is cut off.
  if (name == "blocked" && divides(rule.extents("window", dimensions), layout.keys))
    return window_text(rule.extents("window", dimensions), rule.extents("window", dimensions));
  if (dimensions > 1) return {};
  if (name == "causal") return "causal";
  if (name == "sliding" && argument_or(rule, "right", 1, 0)[0] == 0) {
    const Count window = rule.count("left", 0) + 1;
    return window >= layout.keys[0] ? "causal" : fmt::format("window={},causal=1", window);
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

std::string hexadecimal(const BlockMap& blocks) {
  std::string digits;
  for (Count row = 0; row < blocks.query_blocks(); ++row)
    for (Count column = 0; column < blocks.key_blocks(); column += digit_bits) {
      unsigned digit = 0;
      for (Count bit = 0; bit < digit_bits; ++bit)
        digit = 2 * digit + (column + bit < blocks.key_blocks() && blocks.test(row, column + bit) ? 1 : 0);
      digits += "0123456789abcdef"[digit];
    }
  return digits;
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
  const std::string bits = fmt::format("{}x{}:{}", tiles.query[0], tiles.key[0], hexadecimal(blocks));
  if (same_pairs(tiled, mask)) return {"dense", bits};
  const Mask causal = parse_mask("causal").front().expression->make({mask.layout});
  const bool rule_fits = !more_queries_than_keys(mask.layout);
  if (rule_fits && same_pairs(combined(tiled, causal, Combination::both), mask)) return {"causal", bits};
  fail(fmt::format("its pairs are not whole tiles of {} x {} tokens", tiles.query[0], tiles.key[0]));
  return {};
}

int value_of(char digit) {
  const auto letter = static_cast<unsigned char>(digit);
  if (std::isxdigit(letter) == 0) throw InputError(fmt::format("blocks: '{}' is no hexadecimal digit", digit));
  return std::isdigit(letter) != 0 ? digit - '0' : std::tolower(letter) - 'a' + 10;
}

BlockMap read_blocks(const std::string& text, const Layout& layout) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const Extents size = parse_extents(text.substr(0, colon), "blocks");
  if (size.size() != 2 || layout.dimensions() != 1)
    throw InputError("blocks: expected QxK:HEX over tokens of one dimension");
  BlockMap blocks(layout.flattened(), size[0], size[1]);
  const Count row_digits = ceil_div(blocks.key_blocks(), digit_bits);
  const std::string digits = text.substr(std::min(colon + 1, text.size()));
  if (static_cast<Count>(digits.size()) != blocks.query_blocks() * row_digits)
    throw InputError(fmt::format("blocks: expected {} rows of {} hexadecimal digits, got {} digits",
                                 blocks.query_blocks(), row_digits, digits.size()));
  for (Count row = 0; row < blocks.query_blocks(); ++row)
    for (Count column = 0; column < blocks.key_blocks(); ++column) {
      const int digit = value_of(digits[static_cast<std::size_t>(row * row_digits + column / digit_bits)]);
      if ((digit >> (digit_bits - 1 - column % digit_bits) & 1) != 0) blocks.set(row, column);
    }
  return blocks;
}

// "4 * causal + 12 * window=128,causal=1" as masks are written elsewhere.
std::string as_expression(const std::string& rules) {
  std::string text = rules;
  for (std::size_t at = text.find("window="); at != std::string::npos; at = text.find("window=", at + 11))
    text.replace(at, 7, "gna,window=");
  return text;
}

}  // namespace

PlanMask plan_mask(const std::vector<HeadRun>& runs, const Layout& layout, Count heads, const TileChoice& tiles) {
  const std::vector<HeadMask> masks = make_masks(runs, layout, heads);  // refuses what no mask can be
  Count named = 0;
  for (const HeadRun& run : runs) named += run.heads;
  std::vector<std::pair<Count, std::string>> rules;
  std::vector<std::string> distinct;
  for (const HeadRun& run : runs) {
    const Arguments* rule = run.expression->rule();
    const auto text = rule == nullptr ? std::nullopt : rule_text(*rule, layout);
    if (!text && masks.size() == 1) return by_blocks(run.text, masks.front().mask, tiles);
    if (!text)
      throw InputError(
          fmt::format("mask '{}': the kernels cannot compute it: it is no product of windows, and blocks "
                      "are for heads that are all equal",
                      run.text));
    if (std::ranges::find(distinct, *text) == distinct.end()) distinct.push_back(*text);
    rules.emplace_back(run.heads * (heads / named), *text);
  }
  if (distinct.size() > most_rules)
    throw InputError(
        fmt::format("{} different masks of heads; the kernels take at most {}", distinct.size(), most_rules));
  if (distinct.size() == 1) return {distinct.front(), ""};
  std::string text;
  for (const auto& [count, rule] : rules) text += fmt::format("{}{} * {}", text.empty() ? "" : " + ", count, rule);
  return {text, ""};
}

std::vector<HeadMask> masks_of(const PlanRow& row) {
  const Layout layout{row.queries, row.keys};
  std::vector<HeadMask> masks = make_masks(parse_mask(as_expression(row.mask)), layout, row.heads);
  if (row.blocks.empty()) return masks;
  const Mask blocks = block_mask(layout, read_blocks(row.blocks, layout));
  const bool dense = row.mask == "dense";  // what stays a bitmap is counted by words
  for (HeadMask& mask : masks) mask.mask = dense ? blocks : combined(blocks, mask.mask, Combination::both);
  return masks;
}

}  // namespace tilewright
