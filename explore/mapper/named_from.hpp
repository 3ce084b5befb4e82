// What a file that a search writes calls another file.
#pragma once

#include <filesystem>
#include <string>

namespace tilewright {

/// A file as one in the folder calls it; a name, such as one below configs/, as it is. See beside() in
/// common/file.hpp.
std::string named_from(const std::filesystem::path& folder, const std::string& name);

}  // namespace tilewright
