// What a store lacks of a plan.
#pragma once

#include <functional>
#include <vector>

#include "explore/store/store.hpp"
#include "explore/study/sweep_plan.hpp"

namespace tilewright {

struct Pending {
  std::size_t distinct = 0;          ///< results that the points have, stored or not
  std::vector<std::size_t> missing;  ///< one point of each result that is not stored, in order
};

/// Of the points that are `wanted` and whose digest is known.
Pending pending_points(const SweepPlan& plan, const Store& store, const std::function<bool(std::size_t)>& wanted);

}  // namespace tilewright
