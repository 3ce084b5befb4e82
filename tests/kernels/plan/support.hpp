// Shared by the tests of plans and of the runner: plans as text, and what a refusal says.
#pragma once

#include <functional>
#include <string>

#include "kernels/plan/columns.hpp"
#include "kernels/plan/csv.hpp"
#include "kernels/plan/row.hpp"

namespace tilewright::plan {

/// The text of what `action` throws, or "no refusal".
inline std::string refusal_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const std::exception& problem) {
    return problem.what();
  }
  return "no refusal";
}

/// A plan of these rows.
inline std::string plan_text(const std::string& rows) { return csv_line(plan_columns()) + rows; }

/// A point of attention by this name.
inline std::string plan_row(const std::string& name) {
  return name + ",g,attention,pipelined,bf16,1,8,2,64,512,512,causal,,128,128,0,0,warm,1,3,7\n";
}

inline Row read_one(const std::string& row) { return read_plan(plan_text(row), "plan.csv").at(0); }

}  // namespace tilewright::plan
