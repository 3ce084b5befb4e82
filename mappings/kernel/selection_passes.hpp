// The kernels that choose keys before a kernel attends to them: passes of the kernel files that a selection names
// (einsum/selection.hpp), counted over what is scored (PassShape), as often as a choice is made.
#pragma once

#include "einsum/selection.hpp"
#include "mappings/kernel/kernel.hpp"

namespace tilewright {

/// The kernel behind these passes. Throws InputError, where the selection was given, for names of no kernel, and
/// for a kernel whose blocks own keys, as of a backward pass, for which nothing is chosen; in the kernel file for
/// one that is more than passes with counts.
Kernel with_selection(Kernel kernel, const Selection& selection, const Cascade& cascade, const Arch& arch);

}  // namespace tilewright
