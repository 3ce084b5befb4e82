// What an attention kernel is given: every kernel of this folder takes these parameters.
#pragma once

#include "kernels/device/numbers.hpp"
#include "kernels/mask/mask_set.hpp"
#include "kernels/mask/token_grid.hpp"

namespace tilewright::kernels {

/// Q is [batch, heads, tokens of `queries`, D], K and V [batch, kv_heads, tokens of `keys`, D], O like Q, all
/// contiguous; tokens are those in memory, padding included (TokenGrid::memory_tokens). Head h reads the KV head
/// h / (heads / kv_heads). Padding is neither read nor written.
template <class T>
struct AttentionParams {
  const T* q;
  const T* k;
  const T* v;
  device::OutputOf<T>* o;
  float* lse;  ///< [batch, heads, tokens]: log of the row's sum of exp(scaled score), -inf for an empty row; or
               ///< nullptr
  int batch, heads, kv_heads;
  TokenGrid queries, keys;  ///< of any dilation group
  MaskSet masks;
  float scale;        ///< of scores; above 0
  float bias = 0;     ///< added to scaled scores by sigmoid; softmax has none
  float v_scale = 1;  ///< of 8-bit numbers: what V is times them. Those of Q and K are factors of `scale`.
};

}  // namespace tilewright::kernels
