// A mask: which (query, key) pairs of laid-out tokens exist.
#pragma once

#include <vector>

#include "einsum/mask/relation.hpp"

namespace tilewright {

/// Tokens of a dimension that are tiled on their own, as many times as there are equal groups of them.
struct DilationGroup {
  Count times;
  RelationPtr relation;
};

/// The mask of one dimension.
struct Axis {
  RelationPtr relation;
  /// With dilation: the interleaved groups, which see nothing of each other and which a token permutation makes
  /// contiguous. Empty: the axis is one group.
  std::vector<DilationGroup> groups = {};
};

/// Queries and keys in row-major layouts with the same number of dimensions.
struct Layout {
  Extents queries;
  Extents keys;

  [[nodiscard]] std::size_t dimensions() const { return keys.size(); }
  [[nodiscard]] Extent axis(std::size_t dimension) const { return {queries[dimension], keys[dimension]}; }
  [[nodiscard]] Extent flattened() const { return {tokens_of(queries), tokens_of(keys)}; }
  bool operator==(const Layout&) const = default;
};

/// Either a product: one axis per dimension of the layout; or any set: one axis over all tokens, flattened.
struct Mask {
  Layout layout;
  std::vector<Axis> axes;

  [[nodiscard]] bool is_product() const { return axes.size() == layout.dimensions(); }
  /// The set over flattened tokens.
  [[nodiscard]] RelationPtr flattened() const;
};

Mask product_mask(const Layout& layout, std::vector<Axis> axes);
Mask flat_mask(const Layout& layout, RelationPtr relation);

/// The intersection of two products stays one; any other combination is over flattened tokens. Dilation groups are
/// forgotten: what is left is tiled as it is laid out. Throws InputError where layouts differ.
Mask combined(const Mask& first, const Mask& second, Combination how);
Mask negated(const Mask& mask);

/// Every pair moved, by dimension (or, for a mask over flattened tokens, by one number); no wrap. Throws InputError
/// for another number of dimensions.
Mask shifted(const Mask& mask, const Extents& queries, const Extents& keys);

}  // namespace tilewright
