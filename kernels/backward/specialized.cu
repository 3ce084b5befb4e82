// Compiles specialized_backward_instances, for sm_90a alone.
#include "kernels/backward/specialized.hpp"

#include <cstddef>
#include <iterator>
#include <stdexcept>
#include <string>

#include "kernels/backward/block.hpp"
#include "kernels/backward/launch.hpp"
#include "kernels/backward/specialized_launch.hpp"
#include "kernels/backward/specialized_setup.hpp"
#include "kernels/device/launch.cuh"
#include "kernels/device/numbers.hpp"

namespace tilewright::kernels {
namespace {

template <class Kernel, class T>
void launch_kernel(const Instance& instance, const BackwardParams<T>& params, CUstream_st* stream) {
  const auto with_maps = specialized_backward_params<Kernel>(params);
  launch_backward_prepare(instance, params, stream);
  launch<Kernel>(backward_grid(params), with_maps, stream);
  launch_backward_finish(instance, params, stream);
}

template <class T, std::size_t Index = 0>
void launch_from(const Instance& instance, const BackwardParams<T>& params, CUstream_st* stream) {
  if constexpr (Index == std::size(specialized_backward_instances)) {
    throw std::invalid_argument("no compiled kernel '" + std::string(instance.kernel) + "' of that shape");
  } else {
    constexpr Instance of = specialized_backward_instances[Index];
    if (instance == of)
      return launch_kernel<BackwardSpecialized<T, of.head_dim, of.q_tile, of.kv_tile>>(instance, params, stream);
    launch_from<T, Index + 1>(instance, params, stream);
  }
}

}  // namespace

template <class T>
void launch_specialized_backward(const Instance& instance, const BackwardParams<T>& params, CUstream_st* stream) {
  launch_from(instance, params, stream);
}

template void launch_specialized_backward(const Instance&, const BackwardParams<device::bf16>&, CUstream_st*);

}  // namespace tilewright::kernels
