// The `schedule:` of a group: in which steps its Einsums run.
#pragma once

#include <vector>

#include "common/yaml.hpp"
#include "mappings/mapping.hpp"

namespace tilewright {

/// The group's nest must be in the mapping already. Throws InputError where an Einsum of the group is missing or
/// stands twice, and where two lanes of a step use the same unit.
std::vector<Step> read_schedule(const Yaml& yaml, GroupId group, const Cascade& cascade, const Arch& arch,
                                const Mapping& mapping);

}  // namespace tilewright
