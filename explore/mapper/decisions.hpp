// What two mappings of a space decide differently, and one of them with each decision of the other alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arch/arch.hpp"
#include "mappings/space/plan.hpp"

namespace tilewright {

struct Decision {
  std::string text;             ///< "W in DRAM instead of SRAM below M"
  std::optional<Plan> changed;  ///< `plan` with this of `other`; nothing where sizes do not go together
};

/// What `other` decides in place of what `plan` does. Sizes of steps follow from all others. Where the groups
/// differ, these are all that is compared.
std::vector<Decision> decisions(const Plan& plan, const Plan& other, const ByRank<double>& shapes,
                                const Cascade& cascade, const Arch& arch);

}  // namespace tilewright
