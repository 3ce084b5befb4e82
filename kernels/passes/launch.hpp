// Launches attention in two and three passes on a GPU: the host's side, free of CUDA's headers.
#pragma once

#include "kernels/passes/params.hpp"

struct CUstream_st;  // what a cudaStream_t points to

namespace tilewright::kernels {

/// Compiled for T = bf16, these head dimensions, and these tiles.
inline constexpr int passes_head_dims[] = {64, 128};
inline constexpr int passes_q_tile = 128;
inline constexpr int passes_kv_tile = 64;

/// Puts the kernels of all passes on the stream, one after another, and returns. Throws std::invalid_argument for a
/// head dimension that is not compiled, std::runtime_error when CUDA refuses.
template <class T>
void launch_passes(Passes passes, int head_dim, const PassesParams<T>& params, CUstream_st* stream);

}  // namespace tilewright::kernels
