// A lower limit of time that no mapping of this cascade on this architecture can beat.
#pragma once

#include <string>

#include "arch/arch.hpp"
#include "einsum/cascade.hpp"
#include "sim/bound/traffic_bound.hpp"
#include "sim/nest/mask_share.hpp"

namespace tilewright {

struct Bound {
  double time_s = 0;
  std::string resource;  ///< what sets it: the outermost level, or an operation kind
};

/// The longer of: what is read of every input, and every output, moved once at the outermost level's bandwidth;
/// and, for every kind of operation, all its operations spread over the lanes of all units that can do it.
/// With a mask, only its pairs, and the queries and keys that have one, count. Baseline: the same cascade (another
/// cascade may need fewer operations).
Bound time_bound(const Cascade& cascade, const Arch& arch, const ByRank<double>& shapes, const TensorSizes& sizes,
                 const MaskShare* mask = nullptr);

}  // namespace tilewright
