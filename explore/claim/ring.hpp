// How well the work of a mask is spread over devices that pass K and V around a ring.
#pragma once

#include "explore/claim/answer.hpp"
#include "sim/bound/ladder.hpp"

namespace tilewright {

/// Of as many devices, each with its own queries and, in turn, the keys of every device: the pairs of a device over
/// those of the busiest device in each step, summed over the steps. All begin a step together, as each waits for
/// keys of its neighbour; passing them on takes no time. Throws InputError where there are more chunks than queries
/// or keys, and for requests of several lengths.
double most_of_ideal(const Attention& problem, const Ring& ring);

/// Of a claim of a share of what the devices do together.
Answer answer_on_ring(const Claim& claim);

}  // namespace tilewright
