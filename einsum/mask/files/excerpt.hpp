// What a message shows of a file that may hold anything.
#pragma once

#include <string>
#include <string_view>

namespace tilewright {

/// In single quotes: at most 40 characters, with ? for those that are not printable ASCII.
std::string excerpt(std::string_view text);

}  // namespace tilewright
