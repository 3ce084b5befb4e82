// Compiles the instances of portable_backward_instances.
#include <cuda_runtime.h>

#include <stdexcept>
#include <string>

#include "kernels/backward/families.hpp"
#include "kernels/backward/launch.hpp"
#include "kernels/device/launch.cuh"

namespace tilewright::kernels {

template <class T>
void launch_portable_backward(const Instance& instance, const BackwardParams<T>& params, CUstream_st* stream) {
  const std::string kernel(instance.kernel);
  if (tile_size(params.forward.keys) != instance.kv_tile)
    throw std::invalid_argument(kernel + ": the parameters have KV tiles of another size");
  const bool launched = with_backward_kernel_of<T>(instance, [&]<class Kernel>() {
    launch_backward_prepare(instance, params, stream);
    launch<Kernel>(backward_grid(params), params, stream);
    launch_backward_finish(instance, params, stream);
  });
  if (!launched) throw std::invalid_argument(kernel + ": not compiled for these tiles, head dimension and numbers");
}

template void launch_portable_backward(const Instance&, const BackwardParams<device::bf16>&, CUstream_st*);

}  // namespace tilewright::kernels
