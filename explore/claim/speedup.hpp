// Whether a speedup, a time or a rate is possible.
#pragma once

#include "explore/claim/answer.hpp"

namespace tilewright {

/// By the ladder of bounds over the claim's baseline, under its tiles and, where those do not allow it, under
/// gathered KV tiles. A claim that no kernel can meet is possible only because of its baseline where that is known
/// to have taken longer than a kernel is estimated to; not enough is stated where the problem is assumed; else it
/// is impossible.
Answer answer_on_speedup(const Claim& claim);

}  // namespace tilewright
