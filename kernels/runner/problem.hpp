// A point's attention as the CPU references take it, and whether a kernel's result agrees with them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/plan/row.hpp"
#include "kernels/reference/compare.hpp"
#include "kernels/reference/keys.hpp"
#include "kernels/reference/problem.hpp"

namespace tilewright::kernels::runner {

/// 1 / sqrt(head_dim).
double scale_of(const plan::Row& point);

/// All heads dense, tokens in the order of their layout; or all causal, over one axis.
bool is_plain_dense(const plan::Row& point);
bool is_plain_causal(const plan::Row& point);

/// The softmax attention of a point, its inputs drawn by the point's seed.
reference::Problem problem_of(const plan::Row& point);

/// Which pairs it has, one at a time.
reference::Sees sees_of(const plan::Row& point);

/// The rows that are checked: all of a small result, a sample of a large one.
std::vector<reference::Row> checked_rows(const plan::Row& point);

/// Those rows, [row, head_dim], as a kernel computed them (of fp8 they are bf16), against both references; on all
/// cores but two.
reference::Verdict judge(const reference::Problem& problem, const plan::Row& point,
                         std::span<const reference::Row> rows, std::span<const std::uint16_t> got);

}  // namespace tilewright::kernels::runner
