// Calls of cuTensorMapEncodeTiled, caught: the driver of these tests only writes down what it is asked for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/device/tensor_shape.hpp"

namespace tilewright::kernels::conformance {

/// An axis as the driver is told of it.
struct MapAxis {
  std::uint64_t size;
  std::uint64_t stride_B;
  std::uint32_t box;
  std::uint32_t step;  ///< from an element of the box to the next
};

/// What the call says, but for the promotion to L2, which changes no result. Codes are the driver's.
struct MapCall {
  int type;
  const void* base;
  std::vector<MapAxis> axes;  ///< the first is contiguous
  int interleave;
  int swizzle;
  int fill;
};

/// The newest call.
const MapCall& last_map_call();

/// The call that the kernels' own source for a GPU (kernels/device/tensor_map.cu) makes of a shape.
MapCall driver_call(const device::TensorShape& shape);

/// The first thing in which two calls differ, or "". Axes of one element are left out of both.
std::string difference(const MapCall& ours, const MapCall& cute);

}  // namespace tilewright::kernels::conformance
