// What must hold for a whole cascade once all its names are resolved.
#pragma once

#include "einsum/cascade.hpp"

namespace tilewright {

/// Throws InputError for an iterated tensor without initial value, cyclic dependence, use before definition,
/// an input or a view that nothing reads, and a rank that no tensor has. Einsum i was read at
/// `cascade.einsums[i]`.
void check_cascade(const Cascade& cascade);

}  // namespace tilewright
