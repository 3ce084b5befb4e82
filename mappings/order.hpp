// Whether fused Einsums read only what is complete.
#pragma once

#include <string>
#include <vector>

#include "mappings/plan.hpp"

namespace tilewright {

/// Throws InputError where a tensor is read before the branch or group that writes it, and where the history of a
/// running value is wanted: as an output, or step by step in another group. A running value is one element.
void check_order(const Cascade& cascade, const Mapping& mapping, const Plan& plan);

/// A line for every Einsum that reads a reduction's result below a temporal loop that the reduction needs whole: at
/// that point the result is still partial, and no such order of execution computes the cascade. Published
/// accountings do contain it, so it is a warning and no refusal.
std::vector<std::string> order_warnings(const Cascade& cascade, const Mapping& mapping, const Plan& plan,
                                        const Frame& frame);

}  // namespace tilewright
