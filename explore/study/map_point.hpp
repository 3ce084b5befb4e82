// A point of a study whose mapping a search finds.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "explore/evaluate.hpp"
#include "explore/study/map_settings.hpp"

namespace tilewright {

struct MappedPoint {
  Record record;     ///< of the best mapping, without a `mapping_file`, and with `map.*` at its end
  std::string text;  ///< of its file
};

/// The best mapping by the estimate, simulated where that is asked for. `folder`: that the file will be in, from
/// where it names files. Throws InfeasibleError where there is none, or none is found in time, and Interrupted
/// where the search is: it has no best then.
MappedPoint map_point(const Point& point, const MapSettings& settings,
                      const std::optional<SimulationOptions>& simulated, const std::filesystem::path& folder,
                      Library& library);

}  // namespace tilewright
