// Shared by the tests of the runner: files.
#pragma once

#include <fstream>
#include <iterator>
#include <string>

#include "tests/kernels/plan/support.hpp"

namespace tilewright::kernels::runner {

using plan::plan_row;
using plan::plan_text;
using plan::read_one;
using plan::refusal_of;

inline std::string text_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace tilewright::kernels::runner
