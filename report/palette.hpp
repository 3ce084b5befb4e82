// Colours that people with any colour vision can tell apart: Okabe and Ito, "Color Universal Design" (2008).
#pragma once

#include <cstddef>
#include <string>

#include "common/yaml.hpp"

namespace tilewright {

/// "#RRGGBB" of a colour by its name. Throws InputError with the names.
std::string color_code(const Yaml& value);

/// The name of the n-th colour; begins again after the last.
std::string color_name(std::size_t n);

/// A colour for the n-th of curves that have none of their own; begins again after the last.
std::string color_of_index(std::size_t n);

}  // namespace tilewright
