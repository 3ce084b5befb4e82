// Launches decoding on a GPU: the host's side, free of CUDA's headers.
#pragma once

#include "kernels/decode/plan.hpp"
#include "kernels/decode/problem.hpp"

struct CUstream_st;  // what a cudaStream_t points to

namespace tilewright::kernels {

/// Compiled for T = bf16 and fp16 and these head dimensions.
inline constexpr int decode_head_dims[] = {64, 128};

/// Put the kernels on the stream and return. `plan` is that of the same problem, with as many keys per sequence as
/// there is room for; `workspace` is its memory on the GPU, aligned to 16 bytes, of one launch at a time. They
/// throw std::invalid_argument for a head dimension that is not compiled, std::runtime_error when CUDA refuses.
template <class T>
void launch_split_kv(const DecodePlan& plan, int head_dim, const DecodeParams<T>& params, void* workspace,
                     CUstream_st* stream);
template <class T>
void launch_stream_k(const DecodePlan& plan, int head_dim, const DecodeParams<T>& params, void* workspace,
                     CUstream_st* stream);

}  // namespace tilewright::kernels
