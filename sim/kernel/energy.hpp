// Energy of kernels: a device draws `static_W` for as long as a call takes, and operations and bytes cost what the
// architecture says of each, whatever the clock.
#pragma once

#include "sim/kernel/prepare.hpp"
#include "sim/kernel/result.hpp"

namespace tilewright {

/// Fills the energies of a result that has its time and its bytes. They are not a number where an energy of
/// something that was done is not known. Operations of an element mask are of no kind, and not counted.
void count_energy(const PreparedKernel& prepared, KernelResult& result);

}  // namespace tilewright
