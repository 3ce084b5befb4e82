// The columns `mask` and `blocks` of a plan.
//
// mask: rules by runs of heads, joined by " + ", each "N * RULE", or one "RULE" for all heads; at most most_rules
//   different ones; RULE:
//   dense | causal | window=18x24x24[,stride=16x8x8][,dilation=1x2x2][,causal=0x0x1]
// blocks: empty, or "QxK:HEX": a bit for every block of Q queries by K keys that may be seen, row by row, each row
//   padded to whole hexadecimal digits, the most significant bit first. A pair exists where both its block and its
//   rule say so.
//
// docs/measure-a-gpu.md says which patterns become which. All that reads throws std::invalid_argument with what is
// wrong.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "kernels/plan/shape.hpp"

namespace tilewright::plan {

inline constexpr std::size_t most_rules = 4;

/// The window of one rule on each axis; a dense axis has the whole layout as its window.
struct Rule {
  std::array<int, most_axes> window{1, 1, 1};
  std::array<int, most_axes> stride{1, 1, 1};
  std::array<int, most_axes> dilation{1, 1, 1};
  std::array<bool, most_axes> causal{};
  bool operator==(const Rule&) const = default;
};

/// The window of the last so many axes, without what is 1 or not causal on all of them.
std::string to_text(const Rule& rule, std::size_t axes);

/// Consecutive heads that have one rule.
struct RuleRun {
  std::int64_t heads = 0;
  std::string rule;
  bool operator==(const RuleRun&) const = default;
};

/// The runs of a mask, which together are `heads` heads; their rules are not looked into.
std::vector<RuleRun> read_runs(const std::string& text, int heads);

/// The mask of these runs: one that is alone, or is the same for all, without a number.
std::string to_text(const std::vector<RuleRun>& runs);

struct HeadRules {
  std::vector<Rule> rules;                 ///< distinct, in order of appearance, at most most_rules
  std::vector<std::uint8_t> rule_of_head;  ///< index into `rules`
  [[nodiscard]] bool dense(const Shape& keys) const;
};

HeadRules read_mask(const std::string& text, const Shape& queries, const Shape& keys, int heads);

struct Blocks {
  std::int64_t query_block = 0, key_block = 0;  ///< tokens; 0: the column was empty
  std::int64_t rows = 0, columns = 0;
  std::vector<bool> seen;  ///< rows * columns
};

/// Blocks of these sizes over so many tokens, none of them seen.
Blocks no_blocks_seen(std::int64_t query_block, std::int64_t key_block, std::int64_t queries, std::int64_t keys);

Blocks read_blocks(const std::string& text, const Shape& queries, const Shape& keys);
std::string to_text(const Blocks& blocks);

}  // namespace tilewright::plan
