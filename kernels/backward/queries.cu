// Compiles what comes before and after the main kernel of a backward pass.
#include <cuda_runtime.h>

#include <stdexcept>
#include <string>

#include "kernels/attention/block.hpp"
#include "kernels/backward/families.hpp"
#include "kernels/backward/launch.hpp"
#include "kernels/device/launch.cuh"

namespace tilewright::kernels {
namespace {

template <class T, class Use>
void with_queries_of(const Instance& instance, const BackwardParams<T>& params, Use use) {
  const std::string kernel(instance.kernel);
  if (tile_size(params.forward.queries) != instance.q_tile)
    throw std::invalid_argument(kernel + ": the parameters have Q tiles of another size");
  if (!with_query_kernels_of<T>(instance, use))
    throw std::invalid_argument(kernel + ": no kernels of queries are compiled for its Q tile and head dimension");
}

}  // namespace

template <class T>
void launch_backward_prepare(const Instance& instance, const BackwardParams<T>& params, CUstream_st* stream) {
  with_queries_of(instance, params, [&]<class Prepare, class Finish>() {
    launch<Prepare>(attention_grid(params.forward), params, stream);
  });
}

template <class T>
void launch_backward_finish(const Instance& instance, const BackwardParams<T>& params, CUstream_st* stream) {
  with_queries_of(instance, params, [&]<class Prepare, class Finish>() {
    launch<Finish>(attention_grid(params.forward), params, stream);
  });
}

template void launch_backward_prepare(const Instance&, const BackwardParams<device::bf16>&, CUstream_st*);
template void launch_backward_finish(const Instance&, const BackwardParams<device::bf16>&, CUstream_st*);

}  // namespace tilewright::kernels
