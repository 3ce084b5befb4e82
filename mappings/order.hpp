// Whether fused Einsums read only what is complete.
#pragma once

#include <string>
#include <vector>

#include "mappings/flat_tree.hpp"
#include "mappings/frame.hpp"

namespace tilewright {

/// A line for every Einsum that reads a reduction's result below a temporal loop that the reduction needs whole: at
/// that point the result is still partial, and no such order of execution computes the cascade. Published
/// accountings do contain it, so it is a warning and no refusal.
std::vector<std::string> order_warnings(const Cascade& cascade, const FlatTree& flat, const Numbers& numbers);

}  // namespace tilewright
