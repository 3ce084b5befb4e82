// Stands before kernels/device/launch.cuh on the include path: launches run in the emulator, and are done when they
// return.
#pragma once

#include <cuda_runtime.h>
#include <faults.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>

#include "kernels/device/platform.hpp"
#include "kernels/emulator/emulate.hpp"

namespace tilewright::kernels {

inline void check_cuda(cudaError_t status, const std::string& doing) {
  if (status != cudaSuccess) throw std::runtime_error(doing + ": " + cudaGetErrorString(status));
}

namespace device {

template <class Kernel>
void entry(typename Kernel::Params) {}

}  // namespace device

/// Every launch has a schedule of its own.
template <class Kernel>
void launch(Grid grid, const typename Kernel::Params& params, cudaStream_t) {
  if (fails<Kernel>()) return;
  static std::uint64_t seed = 0;
  emulate<Kernel>(grid, params, {++seed});
}

}  // namespace tilewright::kernels
