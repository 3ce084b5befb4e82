// Numbers of a kernel file that are more than 0.
#pragma once

#include <string>

#include "common/yaml.hpp"

namespace tilewright {

/// The number at `yaml`, above 0 and up to `most`. Throws InputError.
double positive(const Yaml& yaml, double most);

/// That of a key, or `otherwise`.
double positive_or(const Yaml& map, const std::string& key, double otherwise, double most);

}  // namespace tilewright
