// Mappings that none other beats in both traffic and buffer, as a curve: for every capacity of the shared level the
// least traffic that was found, and the least that any mapping can have.
#pragma once

#include <vector>

#include "explore/mapper/mapper.hpp"

namespace tilewright {

/// Two series over the axis buffer_B, "found" and "floor", at the same capacities: those of the mappings, and those
/// at which the floor bends.
std::vector<Record> traffic_curve(const MapResult& result);

}  // namespace tilewright
