// A row of a file of published timings: its texts by column, and what a suite makes of them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/error.hpp"
#include "einsum/attention.hpp"
#include "einsum/mask/tiling.hpp"
#include "validation/gpu/timing_suite.hpp"

namespace tilewright {

/// Numbers that a condition or a measured value may name besides the columns.
using RowNumbers = std::map<std::string, double>;

/// What is wrong with the cells of one row: it is noted, and the other rows are predicted.
class UnreadableRow : public InputError {
 public:
  using InputError::InputError;
};

class TimingRow {
 public:
  TimingRow(Place place, const std::map<std::string, std::string>& cells);

  [[nodiscard]] const Place& place() const { return place_; }
  /// Empty where the file has no such column.
  [[nodiscard]] const std::string& text(const std::string& column) const;
  [[nodiscard]] bool matches(const TextPatterns& patterns) const;

  /// Nothing where a column that the expression names is empty. Throws InputError for a column that the file does
  /// not have, and UnreadableRow for one that is no number.
  [[nodiscard]] std::optional<double> number(const Expression& expression, const RowNumbers& more = {}) const;
  /// False where a number that it names is not there.
  [[nodiscard]] bool holds(const RowCondition& condition, const RowNumbers& more = {}) const;
  /// A text with the values of columns, or of expressions over them, in place of braces. Nothing where a number is
  /// not there.
  [[nodiscard]] std::optional<std::string> fill(const std::string& text) const;

 private:
  [[nodiscard]] std::optional<double> cell_number(const std::string& name) const;

  Place place_;
  std::map<std::string, std::string> cells_;  // by column, as a name that expressions can have
};

/// A row with what was timed.
struct TimedRow {
  TimingRow row;
  const TimingTable* table = nullptr;
  const TimingSource* source = nullptr;
  Attention problem;
  Tiling tiling;  ///< of the row; without extents: the kernel's default
  std::string mask;
  std::string label;        ///< "batch 4, heads 16, 8448 tokens, D 128, causal"
  RowNumbers numbers;       ///< of the problem
  std::string shape;        ///< what rows of one shape have in common, on any device
  bool calibrates = false;  ///< of the half that a joint calibration is fitted to (TimingJoint::half)
  /// Of the half of the other rows that intervals of predictions are from (judged_intervals.hpp).
  bool gives_interval = false;
  bool calibrates_power = false;  ///< of that half, and its power, of the rows of TimingPower
};

struct TimedRows {
  std::vector<TimedRow> rows;
  std::vector<std::string> notes;  ///< what is not predicted, and why
};

/// The rows of a file that belong to a source; none of them calibrates or gives intervals. Throws InputError where
/// no table of the suite has its columns, and for what is wrong in a row that a source claims.
TimedRows read_timings(const TimingSuite& suite, const std::filesystem::path& file);

/// All files of the suite's tables in its folder; names that no file has are noted. Throws InputError where there
/// is none.
TimedRows read_timings(const TimingSuite& suite);

}  // namespace tilewright
