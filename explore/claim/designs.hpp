// Two designs of a study, one against the other, as a claim.
#pragma once

#include "explore/claim/answer.hpp"

namespace tilewright {

/// Of a claim of two series of a study over the same axes: in the mean of all points, how much faster the method is
/// by the models, and how much faster any mapping of its cascades on its architecture can be. Throws InputError for
/// names that are not known, and for series over other axes.
Answer answer_on_designs(const Claim& claim);

}  // namespace tilewright
