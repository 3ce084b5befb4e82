// Where a module of a language has what a program finds above itself.
#pragma once

#include <filesystem>

namespace tilewright {

/// home() (common/file.hpp) is this folder from here on. Throws std::logic_error once home() was asked for.
void set_home(const std::filesystem::path& folder);

}  // namespace tilewright
