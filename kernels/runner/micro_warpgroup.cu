// Compiled for sm_90a alone.
#include "kernels/micro/warpgroup_rate.hpp"
#include "kernels/runner/micro_run.cuh"

namespace tilewright::kernels::runner {

template <bool from_registers>
MatrixChain warpgroup_chain(const Gpu& gpu) {
  return chain_of<WarpgroupRate<device::bf16, from_registers>>(gpu);
}

template MatrixChain warpgroup_chain<false>(const Gpu& gpu);
template MatrixChain warpgroup_chain<true>(const Gpu& gpu);

}  // namespace tilewright::kernels::runner
