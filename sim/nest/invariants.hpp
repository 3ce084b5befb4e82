// What holds of every result of the analytic model, whatever the mapping. Builds without NDEBUG check it at every
// evaluation.
#pragma once

#include <string>

#include "sim/nest/mask_share.hpp"
#include "sim/nest/result.hpp"

namespace tilewright {

/// The first of these that a result breaks, in words; empty if it breaks none:
///  - totals of a level are the sum of what moved there by tensor and Einsum;
///  - no more is read of an input than fills the levels and units below, and as much where no level multicasts;
///  - no unit works in more lanes than it has, or for longer than the time of a group;
///  - no time is below the bound.
/// `mask` is what it was evaluated with, or nullptr.
std::string broken_invariant(const Cascade& cascade, const Arch& arch, const Result& result, const MaskShare* mask);

}  // namespace tilewright
