#include <stdexcept>
#include <string>

#include "kernels/device/launch.cuh"
#include "kernels/linear/launch.hpp"

namespace tilewright::kernels {
namespace {

template <int D, class T>
void launch_chunked(const LinearParams<T>& params, CUstream_st* stream) {
  using Kernel = ChunkedLinear<T, D>;
  launch<Kernel>({Kernel::value_splits, params.batch * params.heads}, params, stream);
}

}  // namespace

template <class T>
void launch_linear(int head_dim, const LinearParams<T>& params, CUstream_st* stream) {
  if (head_dim == 64) return launch_chunked<64>(params, stream);
  if (head_dim == 128) return launch_chunked<128>(params, stream);
  throw std::invalid_argument("linear attention is compiled for head dimensions 64 and 128, not " +
                              std::to_string(head_dim));
}

template void launch_linear(int, const LinearParams<device::bf16>&, CUstream_st*);

}  // namespace tilewright::kernels
