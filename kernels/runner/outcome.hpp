// What came of one point.
#pragma once

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels/plan/words.hpp"

namespace tilewright::kernels::runner {

/// Thrown for a point that this program or this device cannot measure; the text says what it can.
struct Unsupported : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Thrown when the device is of no more use to this process: a kernel that does not end, or an invalid access.
struct DeviceLost : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Outcome {
  plan::Status status = plan::Status::ok;
  std::string message;  ///< why, where the status is not ok
  std::optional<double> error, error_limit;
  std::vector<double> samples_s;  ///< one per repetition
  std::optional<double> value;    ///< a microbenchmark's result
  std::string unit;               ///< of the value
  bool device_lost = false;       ///< nothing more can be measured in this process
  /// Where there is one: finds out whether the result is right, and says so in an outcome. On any thread, without
  /// the device.
  std::function<void(Outcome&)> judge = nullptr;
};

/// What does not change from point to point.
struct Machine {
  std::string device, driver, cuda;
  std::optional<int> multiprocessors;
  std::string commit, flags;  ///< of this program
  std::string binary = "";    ///< digest of its file
};

}  // namespace tilewright::kernels::runner
