// The results file: the plan's columns and what came of each point, appended row by row, so that an interrupted run
// keeps what is done and the next one goes on from there.
#pragma once

#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/measurement_columns.hpp"
#include "kernels/runner/device_state.hpp"
#include "kernels/runner/outcome.hpp"
#include "kernels/runner/plan.hpp"

namespace tilewright::kernels::runner {

/// One row. Unknown values are empty.
std::vector<std::string> result_cells(const Point& point, const Outcome& outcome, const Machine& machine,
                                      const DeviceState& before, const DeviceState& after);

class ResultsFile {
 public:
  /// Opens or creates the file. Of one that is there, rows that failed and a last line that was cut short are
  /// dropped. Throws InputError where it cannot be read or written, or is no results file.
  explicit ResultsFile(const std::string& path);

  /// The status of the point's row, where one is there whose plan columns all agree.
  [[nodiscard]] std::optional<std::string> status_of(const Point& point) const;

  /// Whether a row of the point was dropped because it had failed.
  [[nodiscard]] bool failed_before(const Point& point) const;

  /// Appends a row and flushes it. Throws InputError where it cannot be written.
  void append(const std::vector<std::string>& cells);

 private:
  std::string path_;
  std::map<std::vector<std::string>, std::string> status_;  ///< by the plan's cells
  std::set<std::vector<std::string>> failed_;
  std::ofstream file_;
};

}  // namespace tilewright::kernels::runner
