#include "arch/values.hpp"

#include <fmt/format.h>

#include <cmath>

namespace tilewright {

void ArchValues::set(const std::string& name, double value) {
  const auto slot = static_cast<std::size_t>(symbols_.add(name));
  slots_.resize(static_cast<std::size_t>(symbols_.size()));
  slots_[slot] = value;
}

std::vector<std::pair<std::string, double>> ArchValues::all() const {
  std::vector<std::pair<std::string, double>> pairs;
  for (std::size_t i = 0; i < slots_.size(); ++i) pairs.emplace_back(symbols_.names()[i], slots_[i]);
  return pairs;
}

double ArchValues::number(const Yaml& yaml, const Dimension& dimension) const {
  Expression expression = yaml.expression(dimension);
  read_.insert(expression.names().begin(), expression.names().end());
  expression.bind(symbols_);
  const double value = expression.evaluate(slots_);
  if (!std::isfinite(value)) yaml.fail(fmt::format("'{}' has no finite value", expression.text()));
  return value;
}

double ArchValues::positive(const Yaml& yaml, const Dimension& dimension) const {
  const double value = number(yaml, dimension);
  if (value <= 0) yaml.fail(fmt::format("expected more than 0, got {}", value));
  return value;
}

double ArchValues::least_zero(const Yaml& yaml, const Dimension& dimension) const {
  const double value = number(yaml, dimension);
  if (value < 0) yaml.fail(fmt::format("expected 0 or more, got {}", value));
  return value;
}

double ArchValues::positive_or(const Yaml& map, const std::string& key, double otherwise,
                               const Dimension& dimension) const {
  const auto yaml = map.find(key);
  return yaml ? positive(*yaml, dimension) : otherwise;
}

double ArchValues::least_zero_or(const Yaml& map, const std::string& key, double otherwise,
                                 const Dimension& dimension) const {
  const auto yaml = map.find(key);
  return yaml ? least_zero(*yaml, dimension) : otherwise;
}

}  // namespace tilewright
