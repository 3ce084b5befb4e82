// Measurements: the rows of a results file, which the kernels' runner writes and `tilewright measure` and
// `validate` read. A row is the plan's and what came of it; what nobody knows is absent.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "common/measurement_columns.hpp"
#include "measure/plan.hpp"

namespace tilewright {

struct Measurement {
  enum class Status { ok, wrong, unsupported, failed };
  PlanRow row;
  Place place;
  Status status = Status::ok;
  std::string message;  ///< why it is not ok
  std::optional<double> error;
  std::optional<double> error_limit;
  std::optional<double> time_s;  ///< the median of the samples
  std::optional<double> time_min_s;
  std::optional<double> time_max_s;
  std::optional<double> value;  ///< of a microbenchmark
  std::string unit;
  std::optional<double> dram_read_B;
  std::optional<double> dram_write_B;
  std::string device;
  std::optional<double> sm_clock_Hz;  ///< the higher of before and after

  [[nodiscard]] std::string status_text() const;
  /// (longest - shortest) / median of the samples.
  [[nodiscard]] std::optional<double> spread() const;
};

/// What a results file can have: bitmaps of blocks stand in every row.
inline constexpr std::uintmax_t largest_results_B = 256u << 20;

/// Throws InputError, naming file and line, for a file with other columns, a number that is none, or a row that is
/// ok and has neither time nor value.
std::vector<Measurement> read_measurements(const std::filesystem::path& file);

}  // namespace tilewright
