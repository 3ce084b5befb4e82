// Parameters that were fitted together to measurements of many kernels, devices and callers: a file of
// configs/calibrations.
//
//   calibration:
//     name: serving
//     suite: gpu-serving                  # whose rows gave the numbers
//     kernels: {fused: {exposed: {value: 0.5, interval: [0.45, 0.55], rows: 120}}}
//     archs: {machine: {clock_Hz: {...}}}
//     calls: {prefill: {launch_s: {...}}}
//     conditions: {archs: {machine: {clock_Hz: 1.98e9}}}   # at which the rows were measured: known, not fitted
//     refused: {kernels: {fused: {tile_cycles: {value: 0, why: decided by 3 rows}}}}     # not fitted: a constant
//     power:                              # what devices draw: architectures state it
//       archs: [machine, its-kin]
//       static_W: {value: 400, interval: [300, 500], rows: 60}      # or {value: 0, why: ...}
//
// Each number belongs to what decides it (ParameterOwner), so a kernel on a machine that no row is of has the
// kernel's numbers all the same. `interval` holds the number with 90 % where residuals are independent; `rows` are
// those that it changes by 1 % or more of its own change.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/yaml.hpp"
#include "sim/kernel/parameters.hpp"

namespace tilewright {

struct FittedNumber {
  double value = 0;
  double low = 0;
  double high = 0;
  std::size_t rows = 0;
};

/// A number that no row decided: the default, or the limit at which the fit stopped.
struct RefusedNumber {
  double value = 0;
  std::string why;
};

/// By what decides them, by name of that, by parameter.
template <class Number>
using OwnedNumbers = std::map<ParameterOwner, std::map<std::string, std::map<std::string, Number>>>;

/// What a generation of devices draws, by its names in the file.
struct FittedPower {
  std::vector<std::string> archs;
  std::map<std::string, FittedNumber> fitted;
  std::map<std::string, RefusedNumber> refused;
};

/// Names of its numbers, in order: W; J of a multiply-add of words of 2 B or more, and of shorter ones; J of a byte
/// of the outermost memory.
const std::vector<std::string>& power_numbers();

struct JointCalibration {
  std::string name;
  std::string suite;
  OwnedNumbers<FittedNumber> fitted;
  OwnedNumbers<RefusedNumber> refused;
  OwnedNumbers<double> conditions = {};  ///< what was not fitted, as rows were measured
  std::optional<FittedPower> power = {};

  /// Whether a number of this is there.
  [[nodiscard]] bool has(ParameterOwner owner, const std::string& name) const;

  /// The defaults, with what is known of these three; a name that is not there, or empty, gives nothing. Conditions
  /// are of rows, which are of calls: without one they give nothing.
  [[nodiscard]] KernelParameters parameters(const std::string& kernel, const std::string& arch,
                                            const std::string& call) const;
};

/// Keys of the file, in order.
const std::map<ParameterOwner, std::string>& owner_keys();

/// Throws InputError for unknown keys, parameters of another owner, and numbers outside of their interval.
JointCalibration parse_joint_calibration(const Yaml& root);
JointCalibration load_joint_calibration(const std::filesystem::path& file);

std::string to_yaml(const JointCalibration& calibration);

}  // namespace tilewright
