// A number of a cascade that may be without bound: what a running value starts from.
#pragma once

#include <limits>

#include "common/yaml.hpp"

namespace tilewright {

/// A number, `inf` or `-inf`.
inline double number_or_infinity(const Yaml& node) {
  const std::string text = node.text();
  if (text == "inf") return std::numeric_limits<double>::infinity();
  if (text == "-inf") return -std::numeric_limits<double>::infinity();
  return node.number();
}

}  // namespace tilewright
