// How much a field depends on each axis of a study, by what its points allow.
//
// A grid: one at a time. Rows that differ in nothing but one axis make a group; the ratio of its largest value to
// its smallest is what the axis makes of it, with the others fixed.
//
// Samples that are drawn for it: variance-based indices. Blocks of k + 2 rows, k axes: A, then for each axis A with
// that axis from B, then B ("radial" sampling, as of Saltelli's scheme without second-order indices). With f the
// field, N blocks and V the variance of f over all A and B:
//   first order  S_i = 1/N sum_j f(B)_j (f(AB_i)_j - f(A)_j) / V
//   total        T_i = 1/(2 N) sum_j (f(A)_j - f(AB_i)_j)^2 / V
// A. Saltelli, P. Annoni, I. Azzini, F. Campolongo, M. Ratto, S. Tarantola: Variance based sensitivity analysis of
// model output. Design and estimator for the total sensitivity index. Computer Physics Communications 181 (2010),
// 259-270, table 2 (b) and (f); (f) is from M. J. W. Jansen: Analysis of variance designs for model output, CPC 117
// (1999), 35-43. f is taken from its mean first, which changes no index and makes the errors smaller.
//
// Any other sample: first order by bins. Rows are sorted by the axis and cut into bins of equally many (a bin per
// value where there are few, or texts); the share of the variance that lies between bins, less what lies there by
// chance:
//   S_i = (SSB - (bins - 1) MSW) / SST
// with sums of squares between bins and in all, and the mean square within bins. Given data in classes: E.
// Plischke, E. Borgonovo, C. L. Smith: Global sensitivity measures from given data. European Journal of Operational
// Research 226 (2013), 536-550; the correction: T. L. Kelley: An unbiased correlation ratio measure. PNAS 21
// (1935), 554-559.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "explore/analysis/rows.hpp"

namespace tilewright {

enum class SensitivityBy { one_at_a_time, sobol, bins };

struct AxisSensitivity {
  std::string series;
  std::string axis;  ///< point.AXIS
  SensitivityBy by = SensitivityBy::one_at_a_time;
  std::size_t groups = 0;            ///< of rows, or blocks, or bins
  std::optional<double> ratio = {};  ///< one at a time: geometric mean of the groups' ratios
  std::optional<double> least = {};  ///< and the least of them
  std::optional<double> most = {};   ///< and the largest
  std::optional<double> first_order = {};
  std::optional<double> total = {};
};

struct Sensitivity {
  std::vector<AxisSensitivity> axes;  ///< series by series
  std::size_t without_value = 0;      ///< rows that take no part
};

/// Of every series and axis that has more than one value in it. Throws InputError where one at a time a value is
/// not above 0: it has no ratio.
Sensitivity sensitivity_of(std::span<const Record> rows, const std::string& field);

}  // namespace tilewright
