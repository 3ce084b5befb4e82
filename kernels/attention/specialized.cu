// Compiles specialized_instances, for sm_90a alone.
#include "kernels/attention/specialized.hpp"

#include <cstddef>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

#include "kernels/attention/specialized_launch.hpp"
#include "kernels/attention/specialized_setup.hpp"
#include "kernels/device/e4m3.hpp"
#include "kernels/device/launch.cuh"

namespace tilewright::kernels {
namespace {

template <class T>
constexpr std::string_view dtype_of = "";
template <>
constexpr std::string_view dtype_of<device::bf16> = "bf16";
template <>
constexpr std::string_view dtype_of<device::fp16> = "fp16";
template <>
constexpr std::string_view dtype_of<device::e4m3> = "fp8";

template <class Kernel>
void launch_kernel(const AttentionParams<typename Kernel::Number>& params, const PlacedWork& work,
                   CUstream_st* stream) {
  launch<Kernel>({work.count * Kernel::cluster_blocks}, specialized_params<Kernel>(params, work.lists), stream);
}

template <class T, std::size_t Index = 0>
void launch_from(const Instance& instance, const AttentionParams<T>& params, const PlacedWork& work,
                 CUstream_st* stream) {
  if constexpr (Index == std::size(specialized_instances)) {
    throw std::invalid_argument("no compiled kernel '" + std::string(instance.kernel) + "' of that shape");
  } else {
    constexpr Instance of = specialized_instances[Index];
    if constexpr (of.dtype == dtype_of<T>) {
      if (instance == of) {
        if constexpr (of.head_dim == 128 && sizeof(T) == 2) {
          if (work.q_tiles == 2)
            return launch_kernel<Specialized<T, of.head_dim, of.q_tile, of.kv_tile, 2>>(params, work, stream);
        }
        if (work.q_tiles != 1) throw std::invalid_argument("the specialised kernel has no clusters of this shape");
        return launch_kernel<Specialized<T, of.head_dim, of.q_tile, of.kv_tile>>(params, work, stream);
      }
    }
    launch_from<T, Index + 1>(instance, params, work, stream);
  }
}

}  // namespace

int persistent_blocks() {
  int device = 0;
  int count = 0;
  check_cuda(cudaGetDevice(&device), "asking for the device");
  check_cuda(cudaDeviceGetAttribute(&count, cudaDevAttrMultiProcessorCount, device), "counting multiprocessors");
  return count;
}

template <class T>
void launch_specialized(const Instance& instance, const AttentionParams<T>& params, const PlacedWork& work,
                        CUstream_st* stream) {
  launch_from(instance, params, work, stream);
}

template void launch_specialized(const Instance&, const AttentionParams<device::bf16>&, const PlacedWork&,
                                 CUstream_st*);
template void launch_specialized(const Instance&, const AttentionParams<device::fp16>&, const PlacedWork&,
                                 CUstream_st*);
template void launch_specialized(const Instance&, const AttentionParams<device::e4m3>&, const PlacedWork&,
                                 CUstream_st*);

}  // namespace tilewright::kernels
