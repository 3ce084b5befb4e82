// Whether what a backward pass gave of a point is right.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/plan/row.hpp"
#include "kernels/reference/compare.hpp"
#include "kernels/reference/problem.hpp"

namespace tilewright::kernels::runner {

/// The point as if its keys, and KV heads, were its queries: which rows of dK and dV are checked, and where they
/// lie.
plan::Row keys_as_queries(const plan::Row& point);

/// What the forward and the backward pass gave. Rows are [row, head_dim].
struct BackwardResult {
  std::vector<reference::Row> queries;  ///< checked_rows() of the point
  std::vector<std::uint16_t> o, grad_q;
  std::vector<reference::Row> keys;  ///< checked_rows() of keys_as_queries()
  std::vector<std::uint16_t> grad_k, grad_v;
  std::vector<float> lse, deltas;  ///< of all queries: [batch, heads, queries] in the order of the layout
};

/// Gradients against both references, which take lse and delta from the result: of the checked rows these are held
/// against attention in double, and against the rows of O. The error is that of the gradient that is nearest to its
/// limit, or furthest beyond. On all cores but two.
reference::Verdict judge_gradients(const plan::Row& point, const BackwardResult& result);

}  // namespace tilewright::kernels::runner
