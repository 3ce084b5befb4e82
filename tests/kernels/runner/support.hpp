// Shared by the tests of the runner: plans as text, files, what a refusal says.
#pragma once

#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include "kernels/runner/csv.hpp"
#include "kernels/runner/plan.hpp"

namespace tilewright::kernels::runner {

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

inline std::string text_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace tilewright::kernels::runner
