// The section `calibrations` of a kernel file: the parameters of its model that were fitted to measurements, by
// architecture.
//
//   calibrations:
//     machine:                       # name of the architecture
//       parameters: {matrix_efficiency: 0.95, exposed: 0.6, tile_cycles: 1500, launch_s: 5 us, clock_Hz: 1.8 GHz}
//       fit: {suite: papers, source: a paper, fitted: [exposed], spread: 0.02, worst: 0.05, groups: {...}}
//       conditions:                  # what other sources of measurements have instead: their clock, their host
//         a-blog: {parameters: {clock_Hz: 1.7 GHz}, fit: {...}}
//         a-newer-build: {from: other-machine, parameters: {clock_Hz: 1.6 GHz}}   # over those of that architecture
//
// `fit` is for people: which rows gave the numbers, and how well (docs/predict-my-kernel.md). What a calibration is
// called: KERNEL/ARCH, or KERNEL/ARCH/SOURCE.
#pragma once

#include <string>
#include <vector>

#include "mappings/kernel/file.hpp"
#include "sim/kernel/parameters.hpp"

namespace tilewright {

struct CalibrationName {
  std::string kernel;
  std::string arch;
  std::string source = {};  ///< of `conditions`; empty: those of the architecture
  bool operator==(const CalibrationName&) const = default;

  [[nodiscard]] std::string str() const;
};

/// Throws InputError for a text that is no such name.
CalibrationName parse_calibration_name(const std::string& text);

struct Calibration {
  CalibrationName name;
  KernelParameters parameters;
  std::string suite = {};  ///< of `fit`; empty where that does not say it
};

/// All of a kernel, in the order of the file; parameters that it does not have keep their defaults. Throws
/// InputError for unknown keys and values out of range.
std::vector<Calibration> parse_calibrations(const KernelFile& kernel);

/// The one of that name, or a null pointer.
const Calibration* find_calibration(const std::vector<Calibration>& all, const CalibrationName& name);

}  // namespace tilewright
