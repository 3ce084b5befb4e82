// Measurements against bounds: the prediction of a time is the point's bound (validation/measured_bound.hpp) times
// the slowdown of its kernel: the median of measured / bound over the rows that the suite calibrates on. The other
// rows judge it. Bytes of device memory are predicted by mappings, without calibration. What models of the kernels
// predict is compared by validation/gpu/validate_timings.hpp.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "common/table.hpp"
#include "explore/library.hpp"
#include "validation/measured_suite.hpp"

namespace tilewright {

/// One predicted number of one row.
struct MeasuredValue {
  std::string device;
  std::string point;
  std::string operation;
  std::string kernel;
  std::string quantity;     ///< "time_s", "dram_read_B" or "dram_write_B"
  bool calibrates = false;  ///< it gave the slowdown, so it says nothing of the prediction
  double measured = 0;
  double predicted = 0;
  std::optional<double> bound;  ///< of a time

  [[nodiscard]] double error() const { return predicted / measured - 1; }
  [[nodiscard]] bool beats_bound() const { return bound && measured < *bound; }
};

/// A quantity of a kernel in an operation on a device.
struct KernelError {
  std::string device;
  std::string operation;
  std::string kernel;
  std::string quantity;
  std::optional<double> efficiency;  ///< of times: bound / measured, the median over the calibrating rows
  std::size_t calibrated = 0;        ///< rows
  std::size_t judged = 0;            ///< rows
  double mean = 0;                   ///< of |predicted / measured - 1| over judged rows
  double worst = 0;                  ///< the signed error of the largest magnitude
  std::string worst_point;
  std::optional<double> rank;  ///< rank_correlation() over judged rows
  std::size_t beaten = 0;      ///< bounds, over all rows
};

struct MeasuredValidation {
  std::string suite;
  std::vector<MeasuredValue> values;
  std::vector<KernelError> errors;
  std::vector<std::string> notes;   ///< rows that are not judged, and why
  std::vector<std::string> faults;  ///< results that are wrong, and bounds that are beaten

  [[nodiscard]] bool met() const { return faults.empty(); }
  [[nodiscard]] Table summary() const;
  [[nodiscard]] Table rows() const;
};

/// All results files (*.csv) of a folder and of the folders in it, sorted. Throws MissingError, which says how to
/// measure, where there is none.
std::vector<std::filesystem::path> results_files(const MeasuredSuite& suite, const std::filesystem::path& folder);

/// Every device is judged by itself. Throws InputError for a file that is no results file, and where no row is of a
/// device that the suite has an architecture for.
MeasuredValidation validate_measured(const MeasuredSuite& suite, const std::vector<std::filesystem::path>& files,
                                     Library& library, int jobs);

}  // namespace tilewright
