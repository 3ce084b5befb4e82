// How a joint fit does on what it has not seen: every text of a column is left out in turn, such as every device or
// every framework, the fit is made of the others, and its rows are predicted by that.
#pragma once

#include <string>

#include "validation/gpu/validate_timings.hpp"

namespace tilewright {

/// All rows of sources that take part in the joint fit, each predicted by a fit without any row of its text of
/// `column`; none of them calibrates. Throws InputError for a suite without a joint fit, a column that a table of
/// it does not have, and one with a single text.
TimingValidation validate_left_out(const TimingSuite& suite, TimedRows rows, const std::string& column,
                                   Library& library, int jobs);

}  // namespace tilewright
