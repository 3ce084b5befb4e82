// 1 / value by the special-function units, to within 1 ulp (PTX ISA, "rcp"): IEEE division takes many instructions.
#pragma once

#include "kernels/device/platform.hpp"

namespace tilewright::kernels::device {

TILEWRIGHT_HOST_DEVICE inline float reciprocal_approx(float value) {
#if defined(__CUDA_ARCH__)
  float result;
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(value));
  return result;
#else
  return 1 / value;
#endif
}

}  // namespace tilewright::kernels::device
