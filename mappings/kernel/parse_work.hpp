// The part of a kernel file that says which unit does which operation: `bind`, `einsums`, `extra`, `visits`,
// `polynomial`.
#pragma once

#include <string>

#include "common/yaml.hpp"
#include "mappings/kernel/kernel.hpp"

namespace tilewright {

/// The unit that `bind` of a kernel's model has for a kind of operation that is counted at `at`; none where it is
/// free. Throws InputError where `bind` does not say, and for a unit that cannot do it.
UnitId bound_unit(const Yaml& at, const std::string& kind, const Yaml& model, const Arch& arch);

/// Fills Kernel::work, visits and polynomial of a kernel whose passes are known. Throws InputError; see
/// parse_kernel().
void read_work(const Yaml& yaml, const Cascade& cascade, const Arch& arch, Kernel& kernel);

/// Throws InputError at `at` with the nearest name.
EinsumId einsum_of(const Yaml& at, const std::string& name, const Cascade& cascade);

}  // namespace tilewright
