// Stands before kernels/device/tensor_copy.hpp on the include path, for tensor_map.cu on the host: the map of a GPU
// without the instructions of one.
#pragma once

#include "kernels/device/tensor_shape.hpp"

#if defined(CUDA_VERSION)  // <cuda.h> comes first
namespace tilewright::kernels::device {

// The emulator, in the same program, has types and functions of the usual names.
#define TensorMap DriverTensorMap
#define make_tensor_map make_driver_tensor_map

struct TensorMap {
  CUtensorMap map;
};

TensorMap make_tensor_map(const TensorShape& shape);

}  // namespace tilewright::kernels::device
#endif
