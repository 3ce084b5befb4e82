// The report of a study that has none of its own, made of the axes along which its points differ.
#pragma once

#include <string>
#include <vector>

#include "report/spec.hpp"
#include "sim/record/record.hpp"

namespace tilewright {

/// The text of a report file, to draw and to begin one's own with. Series over the same axes share figures: time by
/// the axis of numbers with most values, a panel for each value of another, a map where there are two, and where
/// the time and the energy go. What remains is averaged.
std::string default_report(const std::string& study, const std::vector<Record>& records);

}  // namespace tilewright
