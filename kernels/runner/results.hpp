// The results file: the plan's columns and what came of each point, appended row by row, so that an interrupted run
// keeps what is done and the next one goes on from there.
#pragma once

#include <map>
#include <optional>
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
  /// Opens or creates the file, to which this machine adds. A last line that was cut short is dropped. A point that
  /// an earlier process had begun when it ended is lost, by the same program. Throws plan::Error where the file
  /// cannot be read or written, or is no results file.
  ResultsFile(const std::string& path, Machine machine);

  /// The status that stands of a point on this device, where it need not be measured: it is right, or this very
  /// program came to another result. One that failed is to be tried again.
  [[nodiscard]] std::optional<plan::Status> settled(const plan::Row& point) const;

  /// Whether this very program tried the point on this device, and failed.
  [[nodiscard]] bool failed(const plan::Row& point) const;

  /// Points of this point's kernel that lost the device to this program.
  [[nodiscard]] int losses(const plan::Row& point) const;

  /// Notes that a point is about to be measured, for the case that the process ends there.
  void begin(const plan::Row& point) const;

  /// Nothing is being measured.
  void end() const;

  /// Adds a row and flushes it; it takes the place of an earlier one of the same point on the same device. Throws
  /// plan::Error where it cannot be written; the file then is as it was.
  void append(const plan::Measurement& measurement);

 private:
  using Key = std::vector<std::string>;  ///< the plan's cells, and the device

  static Key key_of(const plan::Row& row, const std::string& device);
  [[nodiscard]] const plan::Measurement* row_of(const plan::Row& point) const;
  [[nodiscard]] std::string begun_path() const { return path_ + ".begun"; }
  void lose_begun();
  [[nodiscard]] std::string text() const;

  std::string path_;
  Machine machine_;
  std::vector<plan::Measurement> rows_;  ///< in the order of the file
  std::map<Key, std::size_t> index_;
};

}  // namespace tilewright::kernels::runner
