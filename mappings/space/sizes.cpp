#include "mappings/space/sizes.hpp"

#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr std::int64_t largest = std::int64_t{1} << 53;  // that a double has exactly

double size(const Yaml& yaml) { return static_cast<double>(yaml.integer(1, largest)); }

}  // namespace

AllowedSizes parse_sizes(const Yaml& yaml) {
  AllowedSizes allowed;
  if (yaml.is_map()) {
    yaml.only({"from", "to"});
    const auto from = yaml.find("from");
    const auto to = yaml.find("to");
    if (!from && !to) yaml.fail("expected 'from', 'to' or both");
    if (from) allowed.from = size(*from);
    if (to) allowed.to = size(*to);
    if (allowed.from > allowed.to)
      yaml.fail(fmt::format("nothing is from {:.0f} to {:.0f}", allowed.from, allowed.to));
  } else if (yaml.is_list()) {
    for (const Yaml& item : yaml.items()) allowed.listed.push_back(size(item));
    if (allowed.listed.empty()) yaml.fail("expected at least one element");
  } else {
    allowed.listed.push_back(size(yaml));
  }
  return allowed;
}

}  // namespace tilewright
