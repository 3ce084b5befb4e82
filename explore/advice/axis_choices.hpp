// The windows and strides that one dimension of a mask can have, and what each of them counts under the tiles of
// that dimension. In a product mask a dimension depends on its own arguments alone: so each is counted once, as a
// mask of one dimension, and the numbers of a whole mask are products.
#pragma once

#include <span>
#include <vector>

#include "einsum/mask/axis_census.hpp"
#include "einsum/mask/padded.hpp"
#include "einsum/mask/pattern.hpp"

namespace tilewright {

/// The arguments of a pattern that takes a window and a stride, of one dimension of a layout.
class AxisRule {
 public:
  /// Throws InputError for a pattern that does not take both.
  AxisRule(const Arguments& rule, const Layout& layout, std::size_t dimension);

  [[nodiscard]] Count window() const { return window_; }
  [[nodiscard]] Count stride() const { return stride_; }
  [[nodiscard]] Extent extent() const { return layout_.axis(0); }
  /// With so many tokens of padding behind the last, which are no part of the mask. Throws InputError for what the
  /// pattern refuses.
  [[nodiscard]] Mask make(Count window, Count stride, Count padding = 0) const;

 private:
  Arguments others_;
  Layout layout_;
  Count window_;
  Count stride_;
};

/// A rule with another window and stride.
Arguments with(const Arguments& rule, const std::string& window, const std::string& stride);

/// Pairs that one of two product masks of the same tokens has and the other has not, over those of the first.
double deviation_of(const Mask& requested, const Mask& changed);

struct AxisChoice {
  Count window;
  Count stride;
  Count pairs = 0;
  Count shared = 0;   ///< pairs that the requested choice has too
  Count padding = 0;  ///< tokens added behind the last
};

/// What a choice counts under a pair of tiles; nothing where it is padded to whole ones of other tiles.
struct AxisCounts {
  Count visited = 0;
  Count full = 0;
  Count visited_tokens = 0;
  Count query_tiles = 0;
  Count key_tiles = 0;
  bool counted = true;
};

struct AxisChoices {
  std::vector<AxisChoice> choices;              ///< nearest to the requested one first, which is the first
  std::vector<std::vector<AxisCounts>> counts;  ///< by pair of tiles, by choice
};

struct WindowLimits {
  double flops_within = 0;  ///< pairs may differ by this share of the requested; 0: the window as requested
  Count least = 1;
  bool pad = false;  ///< also to the next whole Q tile, and KV tile, of each choice of tiles
};

/// Every stride from 1 to the window of every window within the limits, under each of `tiles`. On up to `jobs`
/// threads (0: all cores); done in part once interrupted(). Throws InputError where that is more than could be
/// counted in bearable time.
AxisChoices choices_of(const AxisRule& rule, const WindowLimits& limits, std::span<const AxisTiles> tiles,
                       int jobs);

}  // namespace tilewright
