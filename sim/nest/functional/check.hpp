// Whether a mapping computes what its cascade says: it runs with random inputs, as run_with_data() says, and its
// outputs are held against the interpreter's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/nest/functional/moved.hpp"
#include "sim/nest/result.hpp"

namespace tilewright {

struct FunctionalOptions {
  std::uint64_t seed = 1;    ///< of the inputs, which are even between -1 and 1
  double most_points = 5e7;  ///< over all Einsums; larger runs are refused
};

struct OutputCheck {
  std::string tensor = {};
  double elements = 0;
  double absent = 0;              ///< of them, what a mask leaves nothing of
  double largest_difference = 0;  ///< NaN where one of the two is no number, or absent
  double largest_value = 0;       ///< of the interpreter's
  bool same = true;               ///< but for the order of sums (tolerance.hpp)
  std::string first_wrong = {};   ///< "AV[0,3] is 0.5 instead of 0.25"
};

struct FunctionalCheck {
  std::vector<OutputCheck> outputs;
  std::string fault;  ///< the first element that was wrong where it was read, or a point that ran not once
  double points = 0;  ///< that were computed
  ElementsMoved moved;
  Result estimate;  ///< of the analytic model, in the same order

  [[nodiscard]] bool passed() const;
};

/// Throws InfeasibleError and InputError for what Estimator refuses, and InputError for more points than the limit,
/// with the ranks to set smaller.
FunctionalCheck check_function(const Workload& workload, const Cascade& cascade, const Arch& arch,
                               const Mapping& mapping, const FunctionalOptions& options = {});

}  // namespace tilewright
