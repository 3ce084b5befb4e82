// Sizes that a mapspace asks for are divisors, or nothing would have them.
#pragma once

#include <vector>

#include "mappings/space/mapspace.hpp"

namespace tilewright {

/// `shapes`: all that the ranks of the cascade may have. Throws InputError for a size that divides none of them,
/// and for a range without a divisor.
void require_divisors(const Mapspace& space, const std::vector<ByRank<double>>& shapes);

}  // namespace tilewright
