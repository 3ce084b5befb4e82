// Barriers in shared memory that count arrivals of threads and bytes of asynchronous copies (PTX ISA, "mbarrier").
//
// A barrier works in phases, the first of them phase 0. A phase ends when its arrivals have come and every byte
// announced for it has been copied; the next one begins by itself, with the same number of arrivals. Who waits
// names a phase by its parity: on a fresh barrier, waiting for parity 0 waits for phase 0, and waiting for parity 1
// returns at once, as if a phase before it had ended.
#pragma once

#include <cstdint>

#include "kernels/device/memory.hpp"
#include "kernels/device/platform.hpp"

namespace tilewright::kernels::device {

/// Opaque; lies in shared memory.
struct alignas(8) MBarrier {
  std::uint64_t word;
};

/// Makes a barrier whose phases take `arrivals` arrivals each. One thread does it; fence_barrier_init() by that
/// thread and a barrier of the block come before its first use.
TILEWRIGHT_INSTRUCTION void mbarrier_init(MBarrier* barrier, int arrivals);
TILEWRIGHT_INSTRUCTION void fence_barrier_init();

/// One arrival; what this thread did before is seen by those who wait.
TILEWRIGHT_INSTRUCTION void mbarrier_arrive(MBarrier* barrier);

/// One arrival that also announces `bytes` of copies to the present phase.
TILEWRIGHT_INSTRUCTION void mbarrier_arrive_expect(MBarrier* barrier, int bytes);

/// Waits until the phase of this parity, 0 or 1, has ended.
TILEWRIGHT_INSTRUCTION void mbarrier_wait(MBarrier* barrier, int parity);

/// Makes this thread's ordinary writes to shared memory known to the copy engine and to warpgroup products.
TILEWRIGHT_INSTRUCTION void fence_async_proxy();

#if defined(__CUDACC__)

TILEWRIGHT_INSTRUCTION void mbarrier_init(MBarrier* barrier, int arrivals) {
  asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(shared_address(barrier)), "r"(arrivals) : "memory");
}

TILEWRIGHT_INSTRUCTION void fence_barrier_init() {
  asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
}

TILEWRIGHT_INSTRUCTION void mbarrier_arrive(MBarrier* barrier) {
  asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" ::"r"(shared_address(barrier)) : "memory");
}

TILEWRIGHT_INSTRUCTION void mbarrier_arrive_expect(MBarrier* barrier, int bytes) {
  asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(shared_address(barrier)), "r"(bytes)
               : "memory");
}

TILEWRIGHT_INSTRUCTION void mbarrier_wait(MBarrier* barrier, int parity) {
  asm volatile(
      "{\n"
      ".reg .pred done;\n"
      "WAIT:\n"
      "mbarrier.try_wait.parity.shared::cta.b64 done, [%0], %1;\n"
      "@done bra DONE;\n"
      "bra WAIT;\n"
      "DONE:\n"
      "}\n" ::"r"(shared_address(barrier)),
      "r"(parity)
      : "memory");
}

TILEWRIGHT_INSTRUCTION void fence_async_proxy() { asm volatile("fence.proxy.async.shared::cta;" ::: "memory"); }

#endif

}  // namespace tilewright::kernels::device
