// Whether K and V fit into the memory of a machine.
#pragma once

#include "explore/claim/answer.hpp"

namespace tilewright {

/// Of a claim that something fits: the rows of K and V that any query sees, of all layers, and what is beside them,
/// in the outermost memory.
Answer answer_on_memory(const Claim& claim);

}  // namespace tilewright
