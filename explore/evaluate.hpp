// One point: a workload on an architecture under a mapping, by names, to its record.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "explore/library.hpp"
#include "sim/model.hpp"

namespace tilewright {

struct Point {
  std::string workload;
  std::map<std::string, double> set;  ///< shapes of the workload
  std::string arch;
  std::map<std::string, double> arch_set;  ///< parameters of the architecture
  std::string mapping;
  std::string mask = {};       ///< a pattern in place of the workload's; empty: the workload's own
  std::string selection = {};  ///< how keys are chosen, in place of the workload's; empty: its own
  std::string requests = {};   ///< lengths in place of the workload's batch, queries and keys; empty: its own
  // Of a mapping that is a kernel; see explore/kernel_point.hpp.
  std::string query_tile = {};
  std::string key_tile = {};
  std::string calibration = {};
  std::string call = {};  ///< what is around it: a name below configs/calls, or a file
  /// The mask in memory whose text `mask` is; nothing: the text is all.
  std::optional<MaskSpec> given_mask = {};
};

/// The mask and the selection that a point has in place of the workload's. Throws InputError as Workload does.
void set_mask_of(const Point& point, Workload& workload);

/// What a point names, read, and it fits together. Throws InputError for everything that is wrong in the files or
/// between them. The candidate's cascade is the library's.
Candidate candidate_of(const Point& point, Library& library);
/// The same with a mapping that no file has, in place of the one that the point names.
Candidate candidate_of(const Point& point, const Yaml& mapping, Library& library);

/// The estimate of the analytic model.
Record evaluate(const Point& point, Library& library);

/// The same from the cycle simulation, for mappings that are kernels.
Record simulate(const Point& point, const SimulationOptions& options, Library& library);

}  // namespace tilewright
