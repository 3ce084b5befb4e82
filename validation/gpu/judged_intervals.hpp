// Intervals of predicted times (sim/kernel/intervals.hpp), from rows that no parameter was fitted to.
#pragma once

#include <string>
#include <vector>

#include "sim/kernel/intervals.hpp"
#include "validation/gpu/calibrate.hpp"
#include "validation/gpu/timing_model.hpp"

namespace tilewright {

/// A row, and how many times its predicted time was measured.
struct JudgedPrediction {
  PredictionKind kind;  ///< all of it is said
  std::string shape;
  double times = 1;
};

/// By kernel, architecture, problem and launches; by the same on any architecture; by problem and launches of any
/// kernel; by launches; of all: each kind that has 20 rows of 10 shapes. Rows of one shape are off alike, on
/// whatever machine, so an interval is as wide as that of as many independent rows as there are shapes: its ends
/// are the quantiles (validation/quantile.hpp) of 1 - h and h, h = (1 + share) / 2 * (shapes + 1) / shapes, at
/// most 1.
PredictionIntervals intervals_of(const std::string& suite, const std::vector<JudgedPrediction>& rows);

/// Of the rows that give intervals (TimedRow::gives_interval), predicted with these parameters of their sources.
PredictionIntervals judged_intervals(const TimingSuite& suite, const std::vector<PreparedTiming>& timings,
                                     const SourceParameters& parameters);

/// What kernels are predicted with by who has none of the sources' conditions: of each source that the timings
/// have, the parameters of its kernel on its architecture, fitted just now or there already; nothing of a source
/// without.
SourceParameters without_conditions(const TimingSuite& suite, const std::vector<PreparedTiming>& timings,
                                    const std::vector<FittedCalibration>& fits);

}  // namespace tilewright
