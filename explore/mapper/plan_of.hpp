// A mapping file as a point of the mapper's space, and what of it is in no mapping of the space.
#pragma once

#include <string>
#include <vector>

#include "arch/arch.hpp"
#include "mappings/frame.hpp"
#include "mappings/space/plan.hpp"

namespace tilewright {

struct ReadPlan {
  Plan plan;                         ///< without shapes that the mapping gives
  std::vector<std::string> outside;  ///< in words; then the plan is not all of the mapping
};

/// With the numbers of the frame. Loops of one step and keeps whose condition does not hold are left out.
ReadPlan plan_of(const Mapping& mapping, const Frame& frame, const Cascade& cascade, const Arch& arch);

}  // namespace tilewright
