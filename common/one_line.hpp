// Text that stays on one line, whatever a file or an argument has in it.
#pragma once

#include <string>
#include <string_view>

namespace tilewright {

/// With \n for line feeds and \xNN for other control characters.
std::string one_line(std::string_view text);

}  // namespace tilewright
