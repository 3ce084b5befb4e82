// What a mapping decides besides sizes and orders: its groups, which ranks have shared loops, where tensors live,
// and on which unit each Einsum runs. Mappings that differ in one of these differ in structure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "arch/arch.hpp"
#include "einsum/cascade.hpp"
#include "mappings/space/plan.hpp"

namespace tilewright {

/// Of one group, but for units.
struct GroupStructure {
  std::size_t first;  ///< Einsums of the cascade
  std::size_t last;
  std::vector<RankId> loops;                        ///< that have a shared one, by rank
  std::vector<std::pair<TensorId, LevelId>> homes;  ///< the level in which Einsums find a tensor, by tensor

  bool operator==(const GroupStructure&) const = default;
};

GroupStructure structure_of(const GroupPlan& group, const Arch& arch);

/// What `other` has in place of what `plan` has, in words: "W in DRAM instead of SRAM". Nothing where both have the
/// same structure.
std::vector<std::string> differences(const std::vector<GroupPlan>& plan, const std::vector<GroupPlan>& other,
                                     const Cascade& cascade, const Arch& arch);

}  // namespace tilewright
