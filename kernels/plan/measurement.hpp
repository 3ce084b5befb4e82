// Results: what was measured of a plan, one row of CSV a point. The runner writes them; `tilewright measure` and
// `validate` read them. What nobody knows is absent, and its cell empty.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernels/plan/row.hpp"

namespace tilewright::plan {

struct Measurement {
  Row row;
  Status status = Status::ok;
  std::string message;  ///< one line; why it is not ok
  std::optional<double> error, error_limit;
  std::optional<double> time_s, time_min_s, time_max_s;  ///< the median of the samples, the shortest, the longest
  std::vector<double> samples_s;                         ///< one per repetition
  std::optional<double> value;                           ///< a microbenchmark's result
  std::string unit;                                      ///< of the value
  std::optional<double> dram_read_B, dram_write_B;
  std::string device;
  std::optional<int> multiprocessors;
  std::string driver, cuda;
  std::optional<double> sm_clock_before_Hz, sm_clock_after_Hz, memory_clock_Hz;
  std::optional<double> power_before_W, power_after_W;
  std::optional<double> temperature_before_C, temperature_after_C;
  std::string commit, flags;  ///< of the runner
  std::string binary;         ///< a digest of the runner's file: another build has another
  Place place = {};           ///< where it was read

  /// The higher of before and after.
  [[nodiscard]] std::optional<double> sm_clock_Hz() const;
  /// (longest - shortest) / median of the samples.
  [[nodiscard]] std::optional<double> spread() const;
};

/// Its texts by result_columns(); read_measurement() gives it back, but for line ends in the message, which become
/// spaces: a cut line must not look whole.
std::vector<std::string> cells_of(const Measurement& of);

/// Throws Error at the place for what is no row of a plan, a number that is none, and for a row that is ok and has
/// neither time nor value.
Measurement read_measurement(const std::vector<std::string>& texts, const Place& place);

/// The rows of a results file. Throws Error for other columns, and as read_measurement().
std::vector<Measurement> read_measurements(const std::string& text, const std::string& file);

}  // namespace tilewright::plan
