// A point's attention as the CPU references take it, and whether a kernel's result agrees with them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/reference/compare.hpp"
#include "kernels/reference/problem.hpp"
#include "kernels/runner/plan.hpp"

namespace tilewright::kernels::runner {

/// 1 / sqrt(head_dim).
double scale_of(const Point& point);

/// All heads dense, tokens in the order of their layout; or all causal, over one axis.
bool is_plain_dense(const Point& point);
bool is_plain_causal(const Point& point);

/// The softmax attention of a point, its inputs drawn by the point's seed.
reference::Problem problem_of(const Point& point);

/// The rows that are checked: all of a small result, a sample of a large one.
std::vector<reference::Row> checked_rows(const Point& point);

/// Those rows, [row, head_dim], as a kernel computed them, against both references; on all cores.
reference::Verdict judge(const reference::Problem& problem, const Point& point,
                         std::span<const reference::Row> rows, std::span<const std::uint16_t> got);

}  // namespace tilewright::kernels::runner
