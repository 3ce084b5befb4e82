#include "mappings/kernel/positive.hpp"

namespace tilewright {

double positive(const Yaml& yaml, double most) {
  const double value = yaml.number(dimension::number, 0, most);
  if (value == 0) yaml.fail("expected more than 0, got 0");
  return value;
}

double positive_or(const Yaml& map, const std::string& key, double otherwise, double most) {
  const auto yaml = map.find(key);
  return yaml ? positive(*yaml, most) : otherwise;
}

}  // namespace tilewright
