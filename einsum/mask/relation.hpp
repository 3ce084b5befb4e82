// A set of (query, key) pairs of one dimension: of a row of a layout, or of all tokens flattened.
//
// Positions: queries are the last ones. Where there are fewer queries than keys, query q stands at the position
// q + keys - queries (aligned at the bottom right, as in decoding).
#pragma once

#include <memory>

#include "common/once.hpp"
#include "einsum/mask/axis_tiles.hpp"
#include "einsum/mask/pieces.hpp"
#include "einsum/mask/properties.hpp"
#include "einsum/mask/usage.hpp"

namespace tilewright {

class BlockMap;
struct AxisCensus;

struct Extent {
  Count queries = 0;
  Count keys = 0;

  [[nodiscard]] constexpr Count position(Count query) const { return query + keys - queries; }
  bool operator==(const Extent&) const = default;
};

class Relation {
 public:
  explicit Relation(Extent extent) : extent_(extent) {}
  virtual ~Relation() = default;
  Relation(const Relation&) = delete;
  Relation& operator=(const Relation&) = delete;

  [[nodiscard]] Extent extent() const { return extent_; }

  /// Appends the bands of queries [first, last), 0 <= first < last <= queries. Keys of segments are in [0, keys).
  virtual void bands(Count first, Count last, Bands& out) const = 0;

  /// Appends the same pairs as pieces, whose queries are counted from `first`; without order.
  virtual void pieces(Count first, Count last, Pieces& out) const;

  /// The same set as a bitmap of blocks, where it is one; else nullptr.
  [[nodiscard]] virtual const BlockMap* blocks() const { return nullptr; }

  /// Of the whole set, as usage_of() and properties_of() of a mask; counted once, as the set never changes.
  [[nodiscard]] const Usage& usage() const;
  [[nodiscard]] const MaskProperties& properties() const;
  /// Counted once for tiles that are asked for again.
  [[nodiscard]] std::shared_ptr<const AxisCensus> census(const AxisTiles& tiles) const;

 private:
  Extent extent_;
  Once<Usage> usage_;
  Once<MaskProperties> properties_;
  Latest<AxisTiles, AxisCensus> census_;
};

using RelationPtr = std::shared_ptr<const Relation>;

/// All pairs.
RelationPtr all_pairs(Extent extent);

/// The pairs of both, of either, or of the first and not of the second. Throws InputError where extents differ.
RelationPtr combined(RelationPtr first, RelationPtr second, Combination how);
RelationPtr negated(RelationPtr relation);

/// Every pair moved by so many queries and keys; pairs that leave the extent are gone.
RelationPtr shifted(RelationPtr relation, Count queries, Count keys);

/// Pairs of flattened tokens (row-major) whose coordinates are a pair in every dimension.
RelationPtr flattened_product(std::vector<RelationPtr> dimensions);

/// Whether a pair is in the set.
bool contains(const Relation& relation, Count query, Count key);

}  // namespace tilewright
