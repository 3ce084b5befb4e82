// What the copy engine does to a barrier of kernels/device/mbarrier.hpp.
#pragma once

#include "kernels/device/mbarrier.hpp"

namespace tilewright::kernels::emulator {

/// Fails unless it is a barrier in shared memory that its maker has made known to the copy engine.
void check_known(const char* instruction, const device::MBarrier* barrier);

/// Tells the barrier that `bytes` have been copied.
void complete_bytes(device::MBarrier* barrier, int bytes);

}  // namespace tilewright::kernels::emulator
