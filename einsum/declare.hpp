// What the YAML of a cascade declares before any statement is looked at: operations, ranks, constants and
// inputs.
#pragma once

#include "common/yaml.hpp"
#include "einsum/cascade.hpp"

namespace tilewright {

/// Ranks in the order of `inputs`, then `shapes`, then `partitions`; then partitions, constants and inputs.
/// `root` is the map under `cascade`.
void declare(Cascade& cascade, const Yaml& root);

/// Why `name` cannot be the name of a new tensor or constant; empty if it can.
std::string refuse_name(const Cascade& cascade, const std::string& name);

}  // namespace tilewright
