// One point: a workload on an architecture under a mapping, by names, to its record.
#pragma once

#include <map>
#include <string>

#include "explore/library.hpp"
#include "sim/record.hpp"

namespace tilewright {

struct Point {
  std::string workload;
  std::map<std::string, double> set;  ///< shapes of the workload
  std::string arch;
  std::map<std::string, double> arch_set;  ///< parameters of the architecture
  std::string mapping;
  std::string mask = {};  ///< a pattern in place of the workload's; empty: the workload's own
};

/// The estimate of the analytic model. Throws InputError for everything that is wrong in the files or between them.
Record evaluate(const Point& point, Library& library);

}  // namespace tilewright
