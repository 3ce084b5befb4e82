// What of a nest the notation of AccelForge cannot express (report/export/accelforge.hpp).
#pragma once

#include <string>
#include <vector>

#include "report/export/sized_nest.hpp"

namespace tilewright {

/// Throws InputError for the first thing that changes counts and has no words there.
void refuse_inexpressible(const SizedNest& nest);

/// What changes the time or the room alone, in sentences.
std::vector<std::string> export_notes(const SizedNest& nest);

}  // namespace tilewright
