// A part of a model on an architecture: which of its mappings runs there, and the point that it is.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "explore/evaluate.hpp"
#include "explore/model/model.hpp"

namespace tilewright {

struct PartPoint {
  Point point;                       ///< without a mapping where one is searched for
  const MapSettings* map = nullptr;  ///< how it is

  /// Parts with the same text take the same time.
  [[nodiscard]] std::string key() const;
};

struct OnArch {
  std::string arch;  ///< a name below configs/archs, or a file
  std::map<std::string, double> set;
};

/// The points with the mappings whose condition holds and that are for the architecture, in their order: kernels
/// that serve it and the mask (mappings/kernel/serves.hpp) where thread blocks run, nests of loops elsewhere,
/// searches. `mask`: in place of the part's; empty: the part's own. Throws InputError where there is none, with the
/// reasons.
std::vector<PartPoint> points_of(const Model& model, const ModelPart& part, const Scope& shapes, const OnArch& on,
                                 const std::string& mask, Library& library);
/// The same under the mask of the model's baseline, all of whose keys are known: without a selection. Throws
/// InputError also for a workload that has one of its own.
std::vector<PartPoint> baseline_points_of(const Model& model, const ModelPart& part, const Scope& shapes,
                                          const OnArch& on, Library& library);

/// The cascade of a workload that a record names. Throws std::logic_error where there is none.
const Cascade& cascade_of(const Workload& workload, const Record& record, Library& library);

}  // namespace tilewright
