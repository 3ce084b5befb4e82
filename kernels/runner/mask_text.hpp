// The columns `mask` and `blocks` of a plan as numbers.
//
// mask: rules by runs of heads, joined by " + ", each "N * RULE", or one "RULE" for all heads, where RULE is
//   dense | causal | window=18x24x24[,stride=16x8x8][,dilation=1x2x2][,causal=0x0x1]
// blocks: "QxK:HEX": blocks of Q queries by K keys, and a bit for each block that may be seen: rows of Q, each row
//   padded to whole hexadecimal digits, the most significant bit first.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "kernels/runner/shape.hpp"

namespace tilewright::kernels::runner {

/// The window of one rule on each axis; a dense axis has the whole layout as its window.
struct RuleText {
  std::array<int, 3> window{1, 1, 1};
  std::array<int, 3> stride{1, 1, 1};
  std::array<int, 3> dilation{1, 1, 1};
  std::array<bool, 3> causal{};
  bool operator==(const RuleText&) const = default;
};

struct MaskText {
  std::vector<RuleText> rules;             ///< distinct, in order of appearance, at most 4
  std::vector<std::uint8_t> rule_of_head;  ///< index into `rules`
  [[nodiscard]] bool dense(const Shape& keys) const;
};

struct BlockText {
  std::int64_t query_block = 0, key_block = 0;  ///< tokens; 0: the column was empty
  std::int64_t rows = 0, columns = 0;
  std::vector<bool> seen;  ///< rows * columns
};

/// Throws std::invalid_argument with what is wrong. `heads` is how many the runs must cover.
MaskText read_mask(const std::string& text, const Shape& queries, const Shape& keys, int heads);
BlockText read_blocks(const std::string& text, const Shape& queries, const Shape& keys);

}  // namespace tilewright::kernels::runner
