// Clusters: blocks that follow each other along x, run at the same time, and reach each other's shared memory (PTX
// ISA, "barrier.cluster", "mapa", "cp.async.bulk.tensor" with .multicast::cluster). Needs sm_90. A kernel type says
// how many blocks with a member `cluster_blocks`.
#pragma once

#include <cstdint>

#include "kernels/device/mbarrier.hpp"
#include "kernels/device/platform.hpp"
#include "kernels/device/tensor_copy.hpp"

namespace tilewright::kernels::device {

/// Of the block in its cluster, from 0.
TILEWRIGHT_INSTRUCTION int cluster_rank();

/// All threads of the cluster. Shared memory of another block may be used after the first of these and before the
/// last: it is there only while its block runs.
TILEWRIGHT_INSTRUCTION void sync_cluster();

/// One arrival at the barrier that lies, in the block of that rank, where `barrier` lies in this one.
TILEWRIGHT_INSTRUCTION void mbarrier_arrive_at(MBarrier* barrier, int rank);

/// As tensor_copy_5d(), to the same place of every block whose rank's bit is set in `ranks`; each block's own
/// barrier is told.
TILEWRIGHT_INSTRUCTION void tensor_copy_to_cluster_5d(void* shared, const TensorMap* map, MBarrier* barrier,
                                                      const int (&coordinates)[tensor_axes], std::uint16_t ranks);

#if defined(__CUDACC__)

TILEWRIGHT_INSTRUCTION int cluster_rank() {
  int rank;
  asm volatile("mov.u32 %0, %%cluster_ctarank;" : "=r"(rank));
  return rank;
}

TILEWRIGHT_INSTRUCTION void sync_cluster() {
  asm volatile("barrier.cluster.arrive.release.aligned;\n\tbarrier.cluster.wait.acquire.aligned;" ::: "memory");
}

TILEWRIGHT_INSTRUCTION void mbarrier_arrive_at(MBarrier* barrier, int rank) {
  asm volatile(
      "{\n"
      ".reg .b32 there;\n"
      "mapa.shared::cluster.u32 there, %0, %1;\n"
      "mbarrier.arrive.release.cluster.shared::cluster.b64 _, [there];\n"
      "}" ::"r"(shared_address(barrier)),
      "r"(rank)
      : "memory");
}

TILEWRIGHT_INSTRUCTION void tensor_copy_to_cluster_5d(void* shared, const TensorMap* map, MBarrier* barrier,
                                                      const int (&coordinates)[tensor_axes], std::uint16_t ranks) {
  asm volatile(
      "cp.async.bulk.tensor.5d.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster "
      "[%0], [%1, {%3, %4, %5, %6, %7}], [%2], %8;" ::"r"(shared_address(shared)),
      "l"(&map->map), "r"(shared_address(barrier)), "r"(coordinates[0]), "r"(coordinates[1]), "r"(coordinates[2]),
      "r"(coordinates[3]), "r"(coordinates[4]), "h"(ranks)
      : "memory");
}

#endif

}  // namespace tilewright::kernels::device
