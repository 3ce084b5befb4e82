// Barriers among the threads of a block. All of them order memory accesses of those who take part.
#pragma once

#include "kernels/device/platform.hpp"

namespace tilewright::kernels::device {

/// All threads of the block; named barrier 0.
TILEWRIGHT_INSTRUCTION void sync_block();

/// All threads of the warp.
TILEWRIGHT_INSTRUCTION void sync_warp();

/// Waits until `threads` threads (a multiple of the warp size) have come to barrier `id`, 1 to 15, by either of
/// these. All lanes of a warp come together (PTX ISA, "bar", "barrier.aligned").
TILEWRIGHT_INSTRUCTION void sync_named(int id, int threads);

/// Counts as come to barrier `id`, and does not wait.
TILEWRIGHT_INSTRUCTION void arrive_named(int id, int threads);

/// Writes before it are seen by every thread of the grid before writes after it.
TILEWRIGHT_INSTRUCTION void thread_fence();

#if defined(__CUDACC__)

TILEWRIGHT_INSTRUCTION void sync_block() { __syncthreads(); }

TILEWRIGHT_INSTRUCTION void sync_warp() { __syncwarp(); }

TILEWRIGHT_INSTRUCTION void sync_named(int id, int threads) {
  asm volatile("bar.sync %0, %1;" ::"r"(id), "r"(threads) : "memory");
}

TILEWRIGHT_INSTRUCTION void arrive_named(int id, int threads) {
  asm volatile("bar.arrive %0, %1;" ::"r"(id), "r"(threads) : "memory");
}

TILEWRIGHT_INSTRUCTION void thread_fence() { __threadfence(); }

#endif

}  // namespace tilewright::kernels::device
