// Launches the attention kernels that are compiled: the host's side, free of CUDA's headers.
#pragma once

#include "kernels/attention/instances.hpp"
#include "kernels/attention/params.hpp"

struct CUstream_st;  // what a cudaStream_t points to

namespace tilewright::kernels {

/// Puts an instance of portable_instances on the stream and returns. T is the type that the instance's dtype names.
/// Throws std::invalid_argument for an instance that is not compiled or whose tiles are not of the parameters'
/// sizes, std::runtime_error when CUDA refuses.
template <class T>
void launch_portable(const Instance& instance, const AttentionParams<T>& params, CUstream_st* stream);

}  // namespace tilewright::kernels
