// A set of ranks, as bits of their positions.
#pragma once

#include <cstdint>

#include "einsum/cascade.hpp"

namespace tilewright {

using RankBits = std::uint64_t;
inline RankBits bit(RankId rank) { return RankBits{1} << rank.index(); }
inline bool has(RankBits set, RankId rank) { return (set & bit(rank)) != 0; }

}  // namespace tilewright
