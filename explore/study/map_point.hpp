// A point of a study whose mapping a search finds.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "explore/evaluate.hpp"
#include "explore/study/map_settings.hpp"

namespace tilewright {

/// Where the mapping file goes: <folder>/<name>.yaml. No folder: nowhere.
struct MappingFile {
  std::filesystem::path folder;
  std::string name;
};

/// The record of the best mapping by the estimate, simulated where that is asked for, with `map.*` at its end; the
/// file is written. Throws InfeasibleError where there is none, or none is found in time, and Interrupted where the
/// search is: it has no best then.
Record map_point(const Point& point, const MapSettings& settings, const std::optional<SimulationOptions>& simulated,
                 const MappingFile& file, Library& library);

}  // namespace tilewright
