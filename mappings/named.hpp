// What mapping files and mapspaces name: looked up, or refused at the place where the name stands.
#pragma once

#include "arch/arch.hpp"
#include "common/at_place.hpp"
#include "common/yaml.hpp"
#include "einsum/cascade.hpp"

namespace tilewright {

RankId rank_named(const Yaml& yaml, const std::string& name, const Cascade& cascade);
/// One that is stored: no view of another.
TensorId tensor_named(const Yaml& yaml, const std::string& name, const Cascade& cascade);
EinsumId einsum_named(const Yaml& yaml, const std::string& name, const Cascade& cascade);
/// A unit that can compute the Einsum.
UnitId unit_named(const Yaml& yaml, const std::string& name, const Arch& arch, const Cascade& cascade,
                  EinsumId einsum);

}  // namespace tilewright
