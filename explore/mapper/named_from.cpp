#include "explore/mapper/named_from.hpp"

namespace tilewright {

std::string named_from(const std::filesystem::path& folder, const std::string& name) {
  if (!std::filesystem::is_regular_file(name)) return name;
  return std::filesystem::proximate(std::filesystem::absolute(name),
                                    std::filesystem::absolute(folder.empty() ? "." : folder))
      .string();
}

}  // namespace tilewright
