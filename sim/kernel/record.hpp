// Names for a kernel's numbers: its result as a record.
#pragma once

#include "sim/kernel/parameters.hpp"
#include "sim/kernel/prepare.hpp"
#include "sim/kernel/result.hpp"
#include "sim/subject.hpp"

namespace tilewright {

/// Rates count 2 operations per multiply-add; the bound is the last rung of the ladder of bounds, for the machine
/// at the same clock.
Record make_record(const Subject& subject, const PreparedKernel& prepared, const FittedKernel& fit,
                   const KernelResult& result);

}  // namespace tilewright
