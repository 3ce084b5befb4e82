// What is compiled into this program, and what of it a point of a plan asks for.
#pragma once

#include <string>
#include <vector>

#include "kernels/plan/row.hpp"

namespace tilewright::kernels::runner {

/// A kernel for one choice of what is fixed when it is compiled; 0 or empty: takes any.
struct Compiled {
  std::string operation, kernel, dtype;
  int head_dim = 0;
  int q_tile = 0, kv_tile = 0;        ///< tokens
  std::string needs = "sm_80";        ///< the first architecture that runs it; with an "a", the only one
  std::string unit = "", about = "";  ///< of a microbenchmark
};

const std::vector<Compiled>& catalogue();

/// The catalogue as CSV.
std::string catalogue_csv();

/// The entry of the catalogue for a point. Throws Unsupported with the nearest entries where there is none, and
/// where the device of this compute capability (90 for 9.0) cannot run it.
const Compiled& compiled_for(const plan::Row& point, int capability);

}  // namespace tilewright::kernels::runner
