// What the kernels of a backward pass are given.
#pragma once

#include "kernels/attention/params.hpp"
#include "kernels/mask/visitors.hpp"

namespace tilewright::kernels {

/// Gradients lie as what they are the gradients of: grad_o and grad_q as O and Q, grad_k and grad_v as K and V,
/// and are T, rounded once. Padding is neither read nor written. The workspace is [batch, heads, tokens of
/// `queries`] of floats, times head_dim for grad_q_sums.
template <class T>
struct BackwardParams {
  AttentionParams<T> forward;  ///< q, k, v, and o and lse of the forward pass: all of it is read
  const T* grad_o;
  T* grad_q;
  T* grad_k;
  T* grad_v;
  float* deltas;             ///< of each row, the sum of grad_o times o
  float* log_sums;           ///< lse to base 2; +inf for a row without keys, which makes its weights 0
  float* grad_q_sums;        ///< of the tiles of keys so far, without `scale`
  const Visitors* visitors;  ///< all_visitors(), where the kernel can read them
};

}  // namespace tilewright::kernels
