// The window of a neighborhood pattern in one dimension: the one definition that model and kernels share.
//
// Sources: A. Hassani, W.-M. Hwu, H. Shi, "Faster Neighborhood Attention: Reducing the O(n^2) Cost of Self
// Attention at the Threadblock Level", NeurIPS 2024 (window, dilation, causal); A. Hassani et al., "Generalized
// Neighborhood Attention: Multi-dimensional Sparse Attention at the Speed of Light", 2025 (stride, its leader).
//
// With dilation d, tokens fall into d interleaved groups by their index modulo d, and everything below happens
// within a group, on indices within the group.
#pragma once

#include <cstdint>

#if defined(__CUDACC__)
#define TILEWRIGHT_HOST_DEVICE __host__ __device__
#else
#define TILEWRIGHT_HOST_DEVICE
#endif

namespace tilewright {

/// 1 <= stride <= window <= length, and dilation * window <= length.
struct Neighborhood {
  std::int64_t length = 1;
  std::int64_t window = 1;
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
  bool causal = false;
};

/// Keys [first, last) of a group, by index within the group.
template <class Integer>
struct WindowOf {
  Integer first;
  Integer last;
};
using Window = WindowOf<std::int64_t>;

/// Tokens of one of the `dilation` groups: those with index = group modulo dilation.
TILEWRIGHT_HOST_DEVICE constexpr std::int64_t group_length(std::int64_t length, std::int64_t dilation,
                                                           std::int64_t group) {
  return (length - group + dilation - 1) / dilation;
}

// Integers of the next two functions are of 64 bits, or of 32 where sums of two numbers of tokens fit: a GPU
// divides those by a few instructions.

/// The query of its stride group whose window all queries of the group take, by index within the dilation group of
/// `length` tokens: the middle one, or, causal, the last one.
template <class Integer>
TILEWRIGHT_HOST_DEVICE constexpr Integer leader_of(Integer query, Integer length, Integer stride, bool causal) {
  const Integer leader = query / stride * stride + (causal ? stride - 1 : stride / 2);
  return leader < length - 1 ? leader : length - 1;
}

/// The window of a query within a dilation group of `length` tokens. Not causal: the leader in the middle, moved
/// inwards where the window would leave the group. Causal: the last `window` keys up to the leader, those after the
/// query left out.
template <class Integer>
TILEWRIGHT_HOST_DEVICE constexpr WindowOf<Integer> window_of(Integer query, Integer length, Integer window,
                                                             Integer stride, bool causal) {
  const Integer leader = leader_of(query, length, stride, causal);
  if (causal) {
    const Integer first = leader - window + 1;
    return {first > 0 ? first : 0, query + 1};
  }
  const Integer left = window / 2;
  const Integer right = window / 2 + window % 2 - 1;
  Integer centre = leader > left ? leader : left;
  centre = centre < length - 1 - right ? centre : length - 1 - right;
  return {centre - left, centre + right + 1};
}

/// Whether a query sees a key, by token index.
TILEWRIGHT_HOST_DEVICE constexpr bool sees(const Neighborhood& of, std::int64_t query, std::int64_t key) {
  if (query % of.dilation != key % of.dilation) return false;
  const Window window = window_of(query / of.dilation, group_length(of.length, of.dilation, query % of.dilation),
                                  of.window, of.stride, of.causal);
  return window.first <= key / of.dilation && key / of.dilation < window.last;
}

}  // namespace tilewright
