// The census of sets in which a pair depends only on how far the key is behind the query's position, such as
// strided ones: however long, a few Q tiles say what all visit.
#pragma once

#include "einsum/mask/axis_census.hpp"

namespace tilewright {

/// A relation with this base says that it is such a set, and that no key is after the query's position.
class AlongDiagonals {
 public:
  virtual ~AlongDiagonals() = default;
};
inline bool is_along_diagonals(const Relation& relation) {
  return dynamic_cast<const AlongDiagonals*>(&relation) != nullptr;
}

/// Of a relation along diagonals, on a fixed grid of KV tiles. Cost: the pieces of the last Q tiles, one
/// for each phase of the grids of queries and of keys, and a step for every Q tile.
AxisCensus census_along_diagonals(const Relation& relation, const AxisTiles& tiles);

}  // namespace tilewright
