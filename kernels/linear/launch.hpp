// Launches linear attention on a GPU: the host's side, free of CUDA's headers.
#pragma once

#include "kernels/linear/chunked.hpp"

struct CUstream_st;  // what a cudaStream_t points to

namespace tilewright::kernels {

/// Compiled for T = bf16 and these head dimensions. (The state, rounded to fp16, might overflow.)
inline constexpr int linear_head_dims[] = {64, 128};

/// Puts the kernel on the stream and returns. Throws std::invalid_argument for a head dimension that is not
/// compiled, std::runtime_error when CUDA refuses.
template <class T>
void launch_linear(int head_dim, const LinearParams<T>& params, CUstream_st* stream);

}  // namespace tilewright::kernels
