// Compiled for sm_90a alone.
#include "kernels/micro/warpgroup_rate.hpp"
#include "kernels/runner/micro_run.cuh"

namespace tilewright::kernels::runner {

MatrixChain warpgroup_chain(bool from_registers, const std::string& dtype, const Gpu& gpu) {
  using device::bf16;
  using device::fp16;
  if (dtype == "fp16") {
    return from_registers ? chain_of<WarpgroupRate<fp16, true>>(gpu) : chain_of<WarpgroupRate<fp16, false>>(gpu);
  }
  return from_registers ? chain_of<WarpgroupRate<bf16, true>>(gpu) : chain_of<WarpgroupRate<bf16, false>>(gpu);
}

}  // namespace tilewright::kernels::runner
