// Published timings against predictions: the signed error of every value of every row, and how large errors are by
// source, over the rows that no parameter was fitted to.
#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "common/table.hpp"
#include "validation/gpu/timing_model.hpp"

namespace tilewright {

struct TimingComparison {
  std::string source;
  std::string kernel;
  std::string arch;
  Place place;
  std::string label;
  std::string value;
  std::string group;  ///< of the calibration that the row belongs to; empty: it judges
  double measured = 0;
  double predicted = 0;
  double launch_s = 0;  ///< of what is predicted, launches of the kernel and its passes
  double passes_s = 0;  ///< and passes
  bool masked = false;
  std::optional<double> beside;             ///< predicted by another model
  std::string apart_by;                     ///< the part of the time that is most different then, and by how much
  std::vector<std::string> texts = {};      ///< of the columns that the suite groups errors by
  RowNumbers numbers = {};                  ///< as TimedRow has them
  std::optional<PredictionKind> kind = {};  ///< as ComparedValue has it
  bool gives_interval = false;              ///< as TimedRow has it
  std::optional<PredictionInterval> interval = {};  ///< of the kind

  [[nodiscard]] double error() const { return predicted / measured - 1; }
  /// From the other model.
  [[nodiscard]] double apart() const { return beside ? predicted / *beside - 1 : 0; }
  /// Whether it says how good intervals are: one is there, which is not from it, nor are any parameters.
  [[nodiscard]] bool judges_interval() const { return interval && group.empty() && !gives_interval; }
  [[nodiscard]] bool is_held() const {
    return interval && measured >= predicted * interval->low && measured <= predicted * interval->high;
  }
  /// By more than models of the same kernel should differ: 5 % of a dense row, 10 % of a masked one.
  [[nodiscard]] bool is_apart() const { return std::abs(apart()) > (masked ? 0.1 : 0.05); }
};

/// A value of a source.
struct TimingError {
  std::string source;
  std::string kernel;
  std::string arch;
  std::string value;
  std::size_t calibrated = 0;  ///< rows
  double calibrated_mean = 0;  ///< of |error| over them
  std::size_t judged = 0;      ///< rows
  double mean = 0;             ///< of |error| over judged rows
  double bias = 0;             ///< mean of the signed errors
  double worst = 0;            ///< the signed error of the largest magnitude
  std::string worst_row;
  std::optional<double> rank;  ///< rank_correlation() over judged rows
  Tolerance allowed;
  std::size_t apart = 0;  ///< rows whose models are

  [[nodiscard]] bool met() const;
};

struct TimingValidation {
  std::vector<TimingComparison> comparisons;
  std::vector<TimingError> errors;
  std::vector<std::string> notes;
  bool beside = false;                     ///< another model's predictions are there
  std::optional<TimingGrouping> grouping;  ///< of the suite

  std::vector<std::string> relative;  ///< names of values (TimingRelative)

  [[nodiscard]] bool met() const;
  [[nodiscard]] bool has_intervals() const;
  [[nodiscard]] Table summary() const;
  [[nodiscard]] Table rows() const;
  /// Errors by the columns of `grouping`, which must be there.
  [[nodiscard]] Table groups() const;
  /// Errors of relative values, by the first of these columns.
  [[nodiscard]] Table ratios() const;
  /// How many rows that gave neither parameters nor intervals are within these: of all, and by the first column of
  /// `grouping`, which must be there.
  [[nodiscard]] Table intervals() const;
};

/// A value of a row against what is predicted.
TimingComparison comparison_of(const TimingSuite& suite, const PreparedTiming& timing, const ComparedValue& value);

/// Fills in what the suite's intervals (of its folder of calibrations, or beside it, or shipped) have of each kind;
/// of kernels on machines that gave nothing where `unseen`.
void add_intervals(const TimingSuite& suite, bool unseen, std::vector<TimingComparison>& comparisons);

/// Of the rows that judge intervals, the share that is within them; nothing without any.
std::optional<double> held_share(const std::vector<const TimingComparison*>& comparisons);

/// Statistics of comparisons by source and value, in the order of the first row of each.
std::vector<TimingError> errors_of(const TimingSuite& suite, const std::vector<TimingComparison>& comparisons);

/// The rows' values, and after them the lines through those. With a model `beside`, what that one predicts stands
/// beside them.
TimingValidation validate_timings(const TimingSuite& suite, TimedRows rows, const KernelModel& model,
                                  Library& library, int jobs, const KernelModel& beside = {});

}  // namespace tilewright
