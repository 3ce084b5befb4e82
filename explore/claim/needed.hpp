// What a speedup of more than attention asks of attention itself.
#pragma once

#include "explore/claim/claim.hpp"

namespace tilewright {

/// The speedup S of a whole, where a share f of its time gains s and overhead o is added: 1 / S = 1 - f + f (o + 1
/// / s) (G. Amdahl, Validity of the single processor approach, 1967). f is 1 where the claim is of attention alone,
/// and where a whole model's share is not known: the least that attention must gain. Infinite where no gain is
/// enough.
double needed_of_attention(const Claim& claim, double speedup);

/// The most that a whole gains where attention takes no time but its overhead.
double most_of_whole(const Claim& claim);

/// The least share of the time that attention must take for the whole to gain so much while attention gains at most
/// `attention`; above 1 where no share is enough.
double least_share(const Claim& claim, double speedup, double attention);

}  // namespace tilewright
