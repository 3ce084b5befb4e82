// What a mapping needs of every level's capacity.
#pragma once

#include <string>
#include <vector>

#include "mappings/plan.hpp"

namespace tilewright {

struct Footprint {
  double used_B = 0;   ///< of all instances, reserved bytes included
  double spilled = 0;  ///< of an overbooked level: the share of its data that does not fit
};

/// By LevelId. Tiles that several Einsums share are held together; tiles of one Einsum alone take turns with those
/// of the other Einsums on its unit. Throws InfeasibleError where a level that is not overbooked does not fit:
/// which tensors, where, by how many bytes.
void footprints(const Arch& arch, const Cascade& cascade, const Mapping& mapping, const Plan& plan,
                const Frame& frame, const std::vector<double>& element_B, std::vector<Footprint>& result);

}  // namespace tilewright
