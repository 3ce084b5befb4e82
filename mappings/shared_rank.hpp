// Coordinates of a rank that select the same element of some tensors. With grouped queries (GQA) a cascade runs
// over all query heads H, but the heads of a group read one head of K and V: H/G coordinates in a row select the
// same.
#pragma once

#include <optional>
#include <vector>

#include "common/expression.hpp"
#include "einsum/cascade.hpp"
#include "einsum/workload.hpp"

namespace tilewright {

struct SharedRank {
  RankId rank;             ///< as a whole, if the cascade splits it
  ByTensor<char> tensors;  ///< not 0 for those that share
  int groups;              ///< slot of the number of coordinates that select different elements
};

/// What a workload's `kv_heads` shares: its inputs over keys and heads, but not over queries. Nothing where K and V
/// have a head of their own for every query head. Throws InputError where the workload does not say which rank the
/// heads or the keys are.
std::optional<SharedRank> shared_heads(const Workload& workload, const Cascade& cascade, const Symbols& symbols);

/// So many different elements do coordinates 0, first, 2 * first, ... below `end` select, where `group` in a row
/// select the same. NaN where they do not divide.
double distinct_coordinates(double first, double end, double group);

}  // namespace tilewright
