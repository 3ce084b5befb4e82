// The `units:` part of an architecture file.
#pragma once

#include "arch/arch.hpp"
#include "arch/values.hpp"
#include "common/yaml.hpp"

namespace tilewright {

/// Throws InputError for a unit or operation that is there twice, costs that are negative, and an operation
/// made of one that does not stand before it.
ComputeUnit read_unit(const Yaml& yaml, const Arch& arch, const ArchValues& values);

}  // namespace tilewright
