// Keys of a kernel file that have one of a few values.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/error.hpp"
#include "common/yaml.hpp"

namespace tilewright {

/// One of the values of a key that has few. Throws InputError for another, with the nearest.
template <class Value>
[[nodiscard]] Value choice(const Yaml& yaml, const std::vector<std::pair<std::string, Value>>& choices) {
  const std::string text = yaml.text();
  std::vector<std::string> known;
  for (const auto& [name, value] : choices) {
    if (name == text) return value;
    known.push_back(name);
  }
  yaml.fail("expected one of them, got '" + text + "'" + did_you_mean(text, known));
}

}  // namespace tilewright
