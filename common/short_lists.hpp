// Masks as a terminal shows them: long lists of positions cut short.
#pragma once

#include <string>

#include "common/table.hpp"

namespace tilewright {

/// Of lists of more than 8 numbers, as in columns=0/7/19, the first 4 and how many there are.
std::string with_short_lists(const std::string& text);
Table with_short_lists(Table table);

}  // namespace tilewright
