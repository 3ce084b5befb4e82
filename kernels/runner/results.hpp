// The results file: the plan's columns and what came of each point, appended row by row, so that an interrupted run
// keeps what is done and the next one goes on from there.
#pragma once

#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kernels/plan/measurement.hpp"
#include "kernels/runner/device_state.hpp"
#include "kernels/runner/outcome.hpp"

namespace tilewright::kernels::runner {

/// The point's row of results.
plan::Measurement measurement_of(const plan::Row& point, const Outcome& outcome, const Machine& machine,
                                 const DeviceState& before, const DeviceState& after);

class ResultsFile {
 public:
  /// Opens or creates the file. Of one that is there, rows that failed and a last line that was cut short are
  /// dropped. Throws plan::Error where it cannot be read or written, or is no results file.
  explicit ResultsFile(const std::string& path);

  /// The status of the point's row, where one is there whose plan columns all agree.
  [[nodiscard]] std::optional<plan::Status> status_of(const plan::Row& point) const;

  /// Whether a row of the point was dropped because it had failed.
  [[nodiscard]] bool failed_before(const plan::Row& point) const;

  /// Appends a row and flushes it. Throws plan::Error where it cannot be written.
  void append(const plan::Measurement& measurement);

 private:
  std::string path_;
  std::map<std::vector<std::string>, plan::Status> status_;  ///< by the plan's cells
  std::set<std::vector<std::string>> failed_;
  std::ofstream file_;
};

}  // namespace tilewright::kernels::runner
