// Makes tensor maps with the driver, which is asked for its function at run time: nothing has to be linked against
// it.
#include <cuda.h>
#include <cuda_runtime.h>

#include <stdexcept>
#include <string>

#include "kernels/device/launch.cuh"
#include "kernels/device/tensor_copy.hpp"

namespace tilewright::kernels::device {
namespace {

decltype(&cuTensorMapEncodeTiled) encoder() {
  void* function = nullptr;
  cudaDriverEntryPointQueryResult found = cudaDriverEntryPointSymbolNotFound;
  constexpr unsigned version = 12000;  // the first CUDA that has it
  check_cuda(
      cudaGetDriverEntryPointByVersion("cuTensorMapEncodeTiled", &function, version, cudaEnableDefault, &found),
      "looking for cuTensorMapEncodeTiled");
  if (found != cudaDriverEntryPointSuccess) throw std::runtime_error("the driver has no cuTensorMapEncodeTiled");
  return reinterpret_cast<decltype(&cuTensorMapEncodeTiled)>(function);
}

}  // namespace

TensorMap make_tensor_map(const TensorShape& shape) {
  check_tensor_shape(shape);
  static const auto encode = encoder();
  cuuint64_t size[tensor_axes];
  cuuint64_t stride_B[tensor_axes];
  cuuint32_t box[tensor_axes];
  cuuint32_t step[tensor_axes];
  for (int i = 0; i < tensor_axes; ++i) {
    size[i] = static_cast<cuuint64_t>(shape.size[i]);
    stride_B[i] = static_cast<cuuint64_t>(shape.stride_B[i]);
    box[i] = static_cast<cuuint32_t>(shape.box[i]);
    step[i] = 1;
  }
  TensorMap map;
  // The type only counts for elements outside, and for those zero is zero in every type of its size.
  const auto type = shape.stride_B[0] == 1 ? CU_TENSOR_MAP_DATA_TYPE_UINT8 : CU_TENSOR_MAP_DATA_TYPE_BFLOAT16;
  const CUresult status = encode(&map.map, type, tensor_axes, const_cast<void*>(shape.base), size, stride_B + 1,
                                 box, step, CU_TENSOR_MAP_INTERLEAVE_NONE, CU_TENSOR_MAP_SWIZZLE_128B,
                                 CU_TENSOR_MAP_L2_PROMOTION_L2_256B, CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE);
  if (status != CUDA_SUCCESS) {
    throw std::runtime_error("cuTensorMapEncodeTiled: CUresult " + std::to_string(status));
  }
  return map;
}

}  // namespace tilewright::kernels::device
