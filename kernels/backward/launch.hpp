// Launches the kernels of the backward pass: the host's side, free of CUDA's headers. T is device::bf16.
#pragma once

#include "kernels/backward/instances.hpp"
#include "kernels/backward/params.hpp"

struct CUstream_st;  // what a cudaStream_t points to

namespace tilewright::kernels {

/// Puts an instance of portable_backward_instances on the stream, with what comes before and after it, and returns.
/// Throws std::invalid_argument for an instance that is not compiled or whose tiles are not of the parameters'
/// sizes, std::runtime_error when CUDA refuses.
template <class T>
void launch_portable_backward(const Instance& instance, const BackwardParams<T>& params, CUstream_st* stream);

/// What comes before and after any main kernel whose Q tile and head dimension this is; throws as above. Q tiles
/// have 64 or 128 queries, head dimensions are 64 or 128.
template <class T>
void launch_backward_prepare(const Instance& instance, const BackwardParams<T>& params, CUstream_st* stream);
template <class T>
void launch_backward_finish(const Instance& instance, const BackwardParams<T>& params, CUstream_st* stream);

}  // namespace tilewright::kernels
