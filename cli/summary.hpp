// A record as a person reads it on a terminal.
#pragma once

#include <string>
#include <vector>

#include "common/table.hpp"
#include "sim/record/record.hpp"

namespace tilewright::cli {

/// Names between a prefix and the next dot, in order of appearance: the units with the prefix "unit.", say.
std::vector<std::string> names_below(const Record& record, const std::string& prefix);

/// What takes how long and why: totals, units, levels and Einsums.
std::string summary_of(const Record& record);

}  // namespace tilewright::cli
