// Why a problem has no mapping: the constraints that exclude every one, or the capacity of a level.
#pragma once

#include <functional>

#include "explore/mapper/problem.hpp"

namespace tilewright {

/// Of a problem without a mapping: an error at the first of as few constraints as leave none, or at the
/// architecture where none of them is to blame; with what would admit a mapping, as far as that is found until
/// `stop` says so.
InfeasibleError why_infeasible(const MapProblem& problem, const std::function<bool()>& stop);

}  // namespace tilewright
