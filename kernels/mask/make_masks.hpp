// The masks of a problem, made on the host: token grids, rules checked, block lists compressed.
#pragma once

#include <array>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "kernels/mask/mask_rule.hpp"
#include "kernels/mask/mask_set.hpp"
#include "kernels/mask/token_grid.hpp"

namespace tilewright::kernels {

/// A problem that no kernel takes; one line that names the value and what was expected.
struct MaskError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Axes that a layout lacks are the leading ones, with extents, tiles and windows of 1.
struct MaskProblem {
  std::array<int, 3> queries{1, 1, 1};
  std::array<int, 3> keys{1, 1, 1};
  std::array<int, 3> q_tile{1, 1, 1};
  std::array<int, 3> kv_tile{1, 1, 1};
  std::array<int, 3> dilation{1, 1, 1};    ///< of all heads
  bool permuted = false;                   ///< queries and keys, each by its tiles
  std::vector<MaskRule> rules;             ///< 1 to most_rules; block lists are made here
  std::vector<std::uint8_t> rule_of_head;  ///< index into `rules`; empty: all heads have the first
  /// A bit for every pair of a Q tile and a KV tile, row-major: whether it is visited where a rule reaches it.
  /// Empty: all are. Not with dilation.
  std::vector<bool> blocks;
};

/// A set of pairs of tiles, compressed by rows.
struct BlockList {
  std::vector<int> offsets;
  std::vector<int> tiles;
};

struct Masks {
  TokenGrid queries;
  TokenGrid keys;
  std::vector<MaskRule> rules;
  std::vector<std::uint8_t> rule_of_head;
  std::vector<BlockList> lists;  ///< one per rule, or none

  /// As kernels take it. `place` copies a vector to where the kernel reads it and returns its first element there.
  template <class Place>
  [[nodiscard]] MaskSet set(Place place) const {
    MaskSet set = one_mask(rules.front());
    for (std::size_t r = 0; r < rules.size(); ++r) {
      set.rules[r] = rules[r];
      if (lists.empty()) continue;
      set.rules[r].offsets = place(lists[r].offsets);
      set.rules[r].tiles = place(lists[r].tiles);
    }
    if (!rule_of_head.empty()) set.rule_of_head = place(rule_of_head);
    return set;
  }

  /// For kernels that run on the host: valid as long as this is, and is not moved from.
  [[nodiscard]] MaskSet set() const;
};

/// Throws MaskError.
Masks make_masks(const MaskProblem& problem);

}  // namespace tilewright::kernels
