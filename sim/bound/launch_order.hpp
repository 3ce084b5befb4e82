// Q tiles in the order in which a kernel launches them: an estimate, no limit.
#pragma once

#include <vector>

#include "einsum/attention.hpp"
#include "einsum/mask/census.hpp"
#include "sim/bound/waves.hpp"

namespace tilewright {

/// Of a head after the other, and of a sequence after the other; KV tiles that each visits are its length. Heads
/// have Q tiles of their own, unless the queries of one leave room in its only one: then the heads of a KV head
/// share them. Q tiles that are too many to list go in the worst order.
Schedule launch(const Attention& problem, const Tiling& tiling, const std::vector<Census>& censuses,
                double workers);

/// Such Q tiles of the problem with all pairs, on flattened tokens.
double dense_query_tiles(const Attention& problem, const Tiling& tiling);

}  // namespace tilewright
