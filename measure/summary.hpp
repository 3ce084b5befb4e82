// What came of a measured plan, for a terminal.
#pragma once

#include <string>
#include <vector>

#include "common/table.hpp"
#include "measure/measurement.hpp"

namespace tilewright {

/// A row per measurement: point, median time, its FLOP and bytes per second (measure/work.hpp), a
/// microbenchmark's value, error and status.
Table summary_of(const std::vector<plan::Measurement>& measurements);

/// One line for each point whose samples lie further apart than `spread` (a share of their median).
std::vector<std::string> unsteady_points(const std::vector<plan::Measurement>& measurements, double spread);

/// Whether every result that was checked is right, and none failed. What no kernel here can compute is no fault.
bool all_right(const std::vector<plan::Measurement>& measurements);

/// The measurements of these points alone, in their order; of rows of one point the last.
std::vector<plan::Measurement> measurements_of(const std::vector<plan::Row>& rows,
                                               const std::vector<plan::Measurement>& measurements);

}  // namespace tilewright
