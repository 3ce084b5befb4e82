// What a row of a plan computes and moves, whoever computes it.
#pragma once

#include <optional>

#include "einsum/attention.hpp"
#include "einsum/mask/tiling.hpp"
#include "kernels/plan/row.hpp"

namespace tilewright {

/// Those of its data type; the output of 8-bit numbers has two bytes (kernels/device/e4m3.hpp). Of a row that is no
/// microbenchmark.
AttentionWords words_of(const plan::Row& row);

/// Attention, decoding and the passes. Throws InputError for another operation.
Attention attention_of(const plan::Row& row);
/// Its tiles. Where a row chooses none, runs of tokens of its last dimension in their place: what depends on tiles
/// means nothing then.
Tiling tiling_of(const plan::Row& row);

/// Whether it is one that attention_of() takes.
bool is_attention(const plan::Row& row);

struct Work {
  std::optional<double> flops;  ///< 2 of a multiply-add; of pairs that exist; absent where nothing is computed
  double read_B = 0;            ///< of inputs that are needed, each once
  double write_B = 0;           ///< of outputs
};

/// Attention: 4 FLOP per pair and element of a head; its backward pass 10, five products for two, of inputs that
/// are Q, K, V, the output and its gradient (T. Dao, FlashAttention-2, 2023, section 3.1.2). Linear attention by
/// chunks of a Q tile (or of one token): the pairs within a chunk, and for all chunks but one the products with the
/// state, 4 head_dim^2 FLOP per token: what its chunked form needs at least (Qin et al., Lightning Attention-2,
/// 2024). A permutation: every token's row once in and once out. Nothing for a microbenchmark.
std::optional<Work> work_of(const plan::Row& row);

}  // namespace tilewright
