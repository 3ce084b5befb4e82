// The census of Q tiles of a single query each, of sets of many pieces.
#pragma once

#include <optional>

#include "einsum/mask/census.hpp"

namespace tilewright {

struct RowCensus {
  std::vector<VisitCount> distribution;  ///< over queries, ascending
  Count fetched_keys = 0;                ///< in visited tiles, summed over queries
};

/// Of KV tiles on a fixed grid. Cost: pieces of 64 queries at a time, and the tiles that these touch; nothing where
/// they touch more than `most_touched` in all.
std::optional<RowCensus> count_rows(const Relation& relation, Count key_tile, Count most_touched);

/// Whether queries see so many pieces that this costs less than going from one to the next. The last ones are
/// asked: they see all columns of a mask.
bool has_many_pieces(const Relation& relation);

/// Whether the census of Q tiles of a single query, on a fixed grid of KV tiles, takes at most so many steps: it
/// goes over the phases of an interval of keys, and over each interval of each query where there are several.
bool takes_at_most(Count steps, const Relation& relation, Count key_tile);

}  // namespace tilewright
