// Launches the backward pass for warpgroup products: the host's side, free of CUDA's headers.
#pragma once

#include "kernels/attention/instances.hpp"
#include "kernels/backward/params.hpp"

struct CUstream_st;  // what a cudaStream_t points to

namespace tilewright::kernels {

/// The instances, which run on sm_90a alone.
inline constexpr Instance specialized_backward_instances[] = {
    {"specialized-backward", 64, 128, 128, "bf16"},
    {"specialized-backward", 128, 128, 64, "bf16"},
};

/// Puts an instance of specialized_backward_instances on the stream, with what comes before and after it, and
/// returns. Padding of permuted tokens must hold finite numbers. Throws std::invalid_argument for an instance that
/// is not compiled and for what specialized_backward_params() refuses, std::runtime_error when CUDA refuses.
template <class T>
void launch_specialized_backward(const Instance& instance, const BackwardParams<T>& params, CUstream_st* stream);

}  // namespace tilewright::kernels
