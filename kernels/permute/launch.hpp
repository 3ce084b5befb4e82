// Launches token permutation on a GPU: the host's side, free of CUDA's headers.
#pragma once

#include "kernels/permute/permute.hpp"

struct CUstream_st;  // what a cudaStream_t points to

namespace tilewright::kernels {

/// Compiled for these head dimensions, of 16-bit numbers of any kind.
inline constexpr int permute_head_dims[] = {64, 128};

/// Bytes that must be read and written for `heads` heads of the batch.
struct PermuteTraffic {
  std::int64_t read_B, write_B;
};

inline PermuteTraffic traffic_of(const PermuteParams& params, Permutation order, int head_dim, int heads) {
  const std::int64_t token_B = std::int64_t{heads} * head_dim * 2;
  const std::int64_t real_B = params.natural.memory_tokens * token_B;
  return {real_B, order == Permutation::to_tiles ? params.permuted.memory_tokens * token_B : real_B};
}

/// Puts the kernel on the stream and returns; `heads` are those of the whole batch. Throws std::invalid_argument
/// for a head dimension that is not compiled, std::runtime_error when CUDA refuses.
void launch_permute(Permutation order, int head_dim, int heads, const PermuteParams& params, CUstream_st* stream);

}  // namespace tilewright::kernels
