// Values of an architecture file: expressions over its parameters, checked for sign and finiteness.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/expression.hpp"
#include "common/yaml.hpp"

namespace tilewright {

class ArchValues {
 public:
  [[nodiscard]] bool has(const std::string& name) const { return symbols_.find(name) >= 0; }
  void set(const std::string& name, double value);
  [[nodiscard]] std::vector<std::pair<std::string, double>> all() const;

  /// Names in all that number() has read since.
  [[nodiscard]] const std::set<std::string>& read() const { return read_; }
  void forget_read() { read_.clear(); }

  /// A finite value in the given dimension, else InputError at the value's place.
  [[nodiscard]] double number(const Yaml& yaml, const Dimension& dimension = dimension::number) const;
  [[nodiscard]] double positive(const Yaml& yaml, const Dimension& dimension = dimension::number) const;
  [[nodiscard]] double least_zero(const Yaml& yaml, const Dimension& dimension = dimension::number) const;
  /// The positive value of a key of a map, or `otherwise` where the map has no such key.
  [[nodiscard]] double positive_or(const Yaml& map, const std::string& key, double otherwise,
                                   const Dimension& dimension = dimension::number) const;

  /// Likewise, 0 allowed.
  [[nodiscard]] double least_zero_or(const Yaml& map, const std::string& key, double otherwise,
                                     const Dimension& dimension = dimension::number) const;

 private:
  Symbols symbols_;
  std::vector<double> slots_;
  mutable std::set<std::string> read_;
};

}  // namespace tilewright
