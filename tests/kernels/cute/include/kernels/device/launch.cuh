// Stands before kernels/device/launch.cuh on the include path, for tensor_map.cu on the host: its launches are for
// nvcc.
#pragma once

#include <cuda_runtime.h>

#include <stdexcept>
#include <string>

namespace tilewright::kernels {

inline void check_cuda(cudaError_t status, const std::string& doing) {
  if (status != cudaSuccess) throw std::runtime_error(doing + ": the caught runtime refuses");
}

}  // namespace tilewright::kernels
