// The part of a kernel file that says which unit does which operation: `bind`, `einsums`, `extra`, `visits`,
// `polynomial`.
#pragma once

#include <string>

#include "common/yaml.hpp"
#include "mappings/kernel/kernel.hpp"

namespace tilewright {

/// Fills Kernel::work, visits and polynomial. Throws InputError; see parse_kernel().
void read_work(const Yaml& yaml, const Cascade& cascade, const Arch& arch, Kernel& kernel);

/// Throws InputError at `at` with the nearest name.
EinsumId einsum_of(const Yaml& at, const std::string& name, const Cascade& cascade);

}  // namespace tilewright
