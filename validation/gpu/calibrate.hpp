// Fits the parameters of kernels to published rows, and says how far the fit can be trusted.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/table.hpp"
#include "validation/gpu/timing_model.hpp"

namespace tilewright {

struct CalibrationGroup {
  std::string name;
  std::vector<std::string> rows;        ///< "papers.csv:12 (batch 4, ...)"
  double mean = 0;                      ///< |error| of its rows
  std::optional<double> left_out_mean;  ///< the same, fitted to the other groups only
};

struct FittedCalibration {
  CalibrationName name;
  std::string source;  ///< of the suite, whose rows it is fitted to
  KernelParameters parameters;
  std::vector<std::size_t> fitted;      ///< of parameter_fields()
  std::vector<double> standard_errors;  ///< of these, where rows are more than parameters; else empty
  std::vector<CalibrationGroup> groups;
  double spread = 0;                ///< root of the mean square of log(predicted / measured)
  double worst = 0;                 ///< signed relative error
  std::optional<Calibration> base;  ///< of conditions: the parameters of an architecture that they are over
};

/// All sources of the suite that fit something, in its order, by bounded least squares on
/// log(predicted / measured) of the first value of each calibrating row. What is fitted first serves those that
/// take parameters `from` it, or have it as baseline. Throws InputError where rows are fewer than parameters, or
/// cannot tell a parameter, or two of them apart.
std::vector<FittedCalibration> calibrate(const TimingSuite& suite, const TimedRows& rows, Library& library,
                                         int jobs);

Table summary(const std::vector<FittedCalibration>& fits);

}  // namespace tilewright
