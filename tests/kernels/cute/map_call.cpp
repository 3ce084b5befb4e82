#include "tests/kernels/cute/map_call.hpp"

#include <cuda.h>
#include <cuda_runtime.h>

#include <algorithm>
#include <cstring>

#include "tests/kernels/cute/include/kernels/device/tensor_copy.hpp"

namespace tilewright::kernels::conformance {
namespace {

MapCall caught;

std::vector<MapAxis> without_single(const std::vector<MapAxis>& axes) {
  std::vector<MapAxis> of;
  std::copy_if(axes.begin(), axes.end(), std::back_inserter(of), [](const MapAxis& axis) { return axis.size > 1; });
  return of;
}

std::string difference(const char* what, std::uint64_t ours, std::uint64_t cute) {
  if (ours == cute) return "";
  return std::string(what) + " is " + std::to_string(ours) + ", of CuTe " + std::to_string(cute);
}

template <class... Differences>
std::string first(const Differences&... differences) {
  std::string of;
  ((of = of.empty() ? differences : of), ...);
  return of;
}

}  // namespace

const MapCall& last_map_call() { return caught; }

MapCall driver_call(const device::TensorShape& shape) {
  caught = {};
  device::make_driver_tensor_map(shape);
  return caught;
}

std::string difference(const MapCall& ours, const MapCall& cute) {
  const std::vector<MapAxis> a = without_single(ours.axes);
  const std::vector<MapAxis> b = without_single(cute.axes);
  std::string of = first(difference("type", ours.type, cute.type),
                         difference("address", reinterpret_cast<std::uintptr_t>(ours.base),
                                    reinterpret_cast<std::uintptr_t>(cute.base)),
                         difference("interleave", ours.interleave, cute.interleave),
                         difference("swizzle", ours.swizzle, cute.swizzle),
                         difference("fill", ours.fill, cute.fill), difference("rank", a.size(), b.size()));
  for (std::size_t i = 0; of.empty() && i < a.size(); ++i) {
    of = first(difference("size", a[i].size, b[i].size), difference("stride", a[i].stride_B, b[i].stride_B),
               difference("box", a[i].box, b[i].box), difference("step", a[i].step, b[i].step));
    if (!of.empty()) of += ", of axis " + std::to_string(i);
  }
  return of;
}

}  // namespace tilewright::kernels::conformance

// The driver and the runtime, as far as maps need them. The strides have no first, which is that of the type.
extern "C" {

CUresult cuTensorMapEncodeTiled(CUtensorMap* map, CUtensorMapDataType type, cuuint32_t rank, void* base,
                                const cuuint64_t* size, const cuuint64_t* stride_B, const cuuint32_t* box,
                                const cuuint32_t* step, CUtensorMapInterleave interleave,
                                CUtensorMapSwizzle swizzle, CUtensorMapL2promotion, CUtensorMapFloatOOBfill fill) {
  using tilewright::kernels::conformance::caught;
  std::memset(map, 0, sizeof *map);
  caught = {type, base, {}, interleave, swizzle, fill};
  const cuuint64_t number_B = type == CU_TENSOR_MAP_DATA_TYPE_UINT8 ? 1 : 2;
  for (cuuint32_t i = 0; i < rank; ++i) {
    caught.axes.push_back({size[i], i == 0 ? number_B : stride_B[i - 1], box[i], step[i]});
  }
  return CUDA_SUCCESS;
}

cudaError_t CUDARTAPI cudaGetDriverEntryPointByVersion(const char* name, void** function, unsigned,
                                                       unsigned long long, cudaDriverEntryPointQueryResult* found) {
  const bool known = std::string(name) == "cuTensorMapEncodeTiled";
  *found = known ? cudaDriverEntryPointSuccess : cudaDriverEntryPointSymbolNotFound;
  *function = known ? reinterpret_cast<void*>(&cuTensorMapEncodeTiled) : nullptr;
  return cudaSuccess;
}
}
