// Clocks that a kernel can read.
#pragma once

#include <cstdint>

#include "kernels/device/platform.hpp"
#if !defined(__CUDACC__)
#include <chrono>
#endif

namespace tilewright::kernels::device {

#if defined(__CUDACC__)

TILEWRIGHT_INSTRUCTION std::int64_t sm_cycles() { return clock64(); }

TILEWRIGHT_INSTRUCTION std::int64_t global_time_ns() {
  std::int64_t time;
  asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(time)::"memory");
  return time;
}

#else

/// Cycles of the multiprocessor that runs this thread, from some start. On the host: of 1 GHz.
inline std::int64_t sm_cycles() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

/// Nanoseconds, of one clock for the whole device (PTX ISA, "%globaltimer"); steps may be of a microsecond.
inline std::int64_t global_time_ns() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

#endif

}  // namespace tilewright::kernels::device
