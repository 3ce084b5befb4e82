#include "explore/study/map_point.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/file.hpp"
#include "explore/mapper/preferred.hpp"

namespace tilewright {

Record map_point(const Point& point, const MapSettings& settings, const std::optional<SimulationOptions>& simulated,
                 const MappingFile& file, Library& library) {
  MapRequest request{point, settings.cascades, settings.space, settings.objective, file.folder,
                     1};  // points run at once
  request.name = file.name;
  request.time_limit_s = settings.limit_s;
  request.keep_interrupted = false;
  const MapResult result = find_preferred(request, library);
  Record record = result.found.front().record;
  if (simulated)
    record = simulate(candidate_of(point, Yaml::parse(result.found.front().text, file.name), library), *simulated);
  record.add("map.objective", settings.text);
  record.add("map.limit_s", settings.limit_s);
  if (const auto gap = gap_of(result, settings.objective)) record.add("map.gap", *gap);
  if (!result.preferences.empty())
    record.add(
        "map.preferred",
        fmt::format("{}", fmt::join(lines_of(result.preferences, settings.objective.measures().front()), "; ")));
  if (!file.folder.empty()) write_file(file.folder / (file.name + ".yaml"), result.found.front().text);
  return record;
}

}  // namespace tilewright
