// Sizes as a mapspace file has them.
#pragma once

#include "common/yaml.hpp"
#include "mappings/space/mapspace.hpp"

namespace tilewright {

/// A number, a list of them, or {from: 4, to: 64} with one of its ends or both. Throws InputError.
AllowedSizes parse_sizes(const Yaml& yaml);

}  // namespace tilewright
