#include <algorithm>

#include "cli/summary.hpp"

namespace tilewright::cli {

std::vector<std::string> names_below(const Record& record, const std::string& prefix) {
  std::vector<std::string> names;
  for (const auto& [name, value] : record.fields()) {
    if (!name.starts_with(prefix)) continue;
    const std::string part = name.substr(prefix.size(), name.find('.', prefix.size()) - prefix.size());
    if (std::ranges::find(names, part) == names.end()) names.push_back(part);
  }
  return names;
}

}  // namespace tilewright::cli
