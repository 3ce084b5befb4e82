// The problem that a bound is of: attention as a workload states it, whichever of its cascades computes it.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "einsum/attention.hpp"
#include "einsum/mask/spec.hpp"
#include "einsum/workload.hpp"
#include "explore/library.hpp"

namespace tilewright {

struct BoundedProblem {
  MaskSpec mask;
  Attention problem;
  std::optional<AttentionRanks> ranks = {};  ///< of a workload
};

/// `set`: the shapes of it that were set. Throws InputError for one that attention does not use, for cascades that
/// have other words for Q, K, V or the output, and where none has the queries and keys that the workload names.
BoundedProblem bounded_problem(const Workload& workload, const std::map<std::string, double>& set,
                               Library& library);

}  // namespace tilewright
