// A part of a model on an architecture: which of its mappings runs there, and the point that it is.
#pragma once

#include <map>
#include <string>

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

/// The point with the first mapping whose condition holds and that runs on the architecture: a kernel that serves
/// it and the mask (mappings/kernel/serves.hpp) where thread blocks run, a nest of loops or a search for one
/// elsewhere. `mask`: in place of the part's; empty: the part's own. Throws InputError where none does, with the
/// reasons.
PartPoint point_of(const Model& model, const ModelPart& part, const Scope& shapes, const OnArch& on,
                   const std::string& mask, Library& library);

/// The cascade of a workload that a record names. Throws std::logic_error where there is none.
const Cascade& cascade_of(const Workload& workload, const Record& record, Library& library);

}  // namespace tilewright
