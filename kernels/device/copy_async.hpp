// Copies from global to shared memory that run beside the thread that asked for them (PTX ISA, "cp.async").
#pragma once

#include "kernels/device/memory.hpp"
#include "kernels/device/platform.hpp"

namespace tilewright::kernels::device {

/// Starts a copy of 16 bytes, both addresses aligned to 16 bytes. Where not `valid`, zeros are written and `global`
/// is not read. What it writes is there for this thread after cp_async_wait(), for others after a barrier that
/// follows.
TILEWRIGHT_INSTRUCTION void cp_async_16(void* shared, const void* global, bool valid);

/// Makes a group of the copies that this thread started since the last commit; there may be none.
TILEWRIGHT_INSTRUCTION void cp_async_commit();

/// Waits until at most the last N groups of this thread may be on their way.
template <int N>
TILEWRIGHT_DEVICE void cp_async_wait();

#if defined(__CUDACC__)

TILEWRIGHT_INSTRUCTION void cp_async_16(void* shared, const void* global, bool valid) {
  const int read_B = valid ? 16 : 0;
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared_address(shared)), "l"(global),
               "r"(read_B)
               : "memory");
}

TILEWRIGHT_INSTRUCTION void cp_async_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }

template <int N>
TILEWRIGHT_DEVICE void cp_async_wait() {
  asm volatile("cp.async.wait_group %0;" ::"n"(N) : "memory");
}

#else

void cp_async_wait_group(int newest_groups);

template <int N>
TILEWRIGHT_DEVICE void cp_async_wait() {
  static_assert(N >= 0);
  cp_async_wait_group(N);
}

#endif

}  // namespace tilewright::kernels::device
