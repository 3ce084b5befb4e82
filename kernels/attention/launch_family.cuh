// The definition of launch_family(), for the files that compile a family.
#pragma once

#include <cuda_runtime.h>

#include "kernels/attention/block.hpp"
#include "kernels/attention/families.hpp"
#include "kernels/attention/launch_family.hpp"
#include "kernels/device/launch.cuh"

namespace tilewright::kernels {

template <class Family, class T>
bool launch_family(const Instance& instance, const AttentionParams<T>& params, CUstream_st* stream) {
  return with_kernel_of<Family, T>(instance,
                                   [&]<class Kernel>() { launch<Kernel>(attention_grid(params), params, stream); });
}

}  // namespace tilewright::kernels
