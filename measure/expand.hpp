// The points of a measuring suite, as a plan.
#pragma once

#include <string>
#include <vector>

#include "kernels/plan/row.hpp"
#include "measure/suite.hpp"

namespace tilewright {

/// By priority; else group by group, point by point of a group's grid, and there kernel by kernel and tiles by
/// tiles. A point is
/// named by group, kernel, axes and tiles, as in "video/pipelined/heads=8/stride=16x8x8/2x8x8:2x8x8". Throws
/// InputError, naming the point, for a mask that the kernels cannot compute, a head dimension, data type or tiles
/// that a kernel has not, shapes that are no whole numbers, and two points of one name.
std::vector<plan::Row> expand(const MeasureSuite& suite);

/// Those whose name holds the text. Throws InputError where none does.
std::vector<plan::Row> only(const std::vector<plan::Row>& rows, const std::string& text);

}  // namespace tilewright
