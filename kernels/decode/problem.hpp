// One step of decoding: a few new queries per sequence against the keys and values kept so far.
//
// The query heads that share a KV head lie side by side in memory, so for one KV head the queries are one matrix of
// heads / kv_heads * queries rows, and so is the output. Its rows are cut into row groups of whole mma tiles. An
// *output* is one row group of one KV head of one sequence: the unit of work that the keys are divided under.
#pragma once

#include <cstdint>

#include "kernels/device/platform.hpp"

namespace tilewright::kernels {

/// Q [sequences, heads, queries, D], K and V [sequences, kv_heads, keys, D], O like Q. Row (head in its group) *
/// queries + query of KV head h is head h * heads / kv_heads + (head in its group).
template <class T>
struct DecodeParams {
  const T* q;
  const T* k;
  const T* v;
  T* o;
  float* lse;          ///< [sequences, heads, queries], or nullptr
  const int* lengths;  ///< keys of each sequence, within 0..keys, or nullptr: `keys` for all of them
  int sequences, heads, kv_heads, queries, keys;
  bool causal;  ///< query i of a sequence with n keys sees the first n - queries + i + 1 of them
  float scale;
};

/// Rows of Q, O and lse that one KV head serves.
template <class T>
TILEWRIGHT_HOST_DEVICE int rows_of(const DecodeParams<T>& params) {
  return params.heads / params.kv_heads * params.queries;
}

/// Where one output lies.
struct DecodeOutput {
  int sequence;
  std::int64_t kv_head;  ///< counted over all sequences
  int first_row, rows;   ///< of the KV head's matrix
};

template <int RowsPerGroup, class T>
TILEWRIGHT_HOST_DEVICE int row_groups_of(const DecodeParams<T>& params) {
  return (rows_of(params) + RowsPerGroup - 1) / RowsPerGroup;
}

template <int RowsPerGroup, class T>
TILEWRIGHT_HOST_DEVICE DecodeOutput output_at(const DecodeParams<T>& params, int index) {
  const int groups = row_groups_of<RowsPerGroup>(params);
  const int kv_head = index / groups;
  const int first_row = index % groups * RowsPerGroup;
  const int left = rows_of(params) - first_row;
  return {kv_head / params.kv_heads, kv_head, first_row, left < RowsPerGroup ? left : RowsPerGroup};
}

template <class T>
TILEWRIGHT_HOST_DEVICE int length_of(const DecodeParams<T>& params, int sequence) {
  return params.lengths == nullptr ? params.keys : params.lengths[sequence];
}

}  // namespace tilewright::kernels
