// The list of all patterns, as `mask --patterns` prints it.
#pragma once

#include <string>

#include "common/table.hpp"

namespace tilewright::cli {

std::string list_patterns(Table::Format format);

}  // namespace tilewright::cli
