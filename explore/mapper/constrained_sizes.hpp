// Sizes that a mapspace asks for are those of some mapping, or nothing would have them.
#pragma once

#include <vector>

#include "explore/mapper/problem.hpp"

namespace tilewright {

/// `shapes`: all that the ranks of the cascade may have; `problem`: the cascade with any of these. Throws
/// InputError for a size that is larger than all of a rank, or, where sizes of it must divide it, divides none; and
/// for a range without such a size.
void require_sizes(const Mapspace& space, const std::vector<ByRank<double>>& shapes, const MapProblem& problem);

}  // namespace tilewright
