// The columns of a plan of measurements, and of its results: what the program and the runner write to each other.
// docs/measure-a-gpu.md says what they mean.
#pragma once

#include <string>
#include <vector>

namespace tilewright::plan {

const std::vector<std::string>& plan_columns();

/// Those of the plan, and what was measured.
const std::vector<std::string>& result_columns();

}  // namespace tilewright::plan
