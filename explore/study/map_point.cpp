#include "explore/study/map_point.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "explore/mapper/preferred.hpp"

namespace tilewright {

namespace {

MapRequest request_of(const Point& point, const MapSettings& settings, const std::filesystem::path& folder) {
  MapRequest request{point, settings.cascades, settings.space, settings.objective, folder,
                     1};  // points run at once
  request.name = "found";
  request.time_limit_s = settings.time_limit_s;
  request.memory_limit_B = settings.memory_limit_B;
  request.kernels = settings.kernels;
  request.pad = settings.pad;
  request.keep_interrupted = false;
  return request;
}

// The same record wherever its file will be.
Record without_file(const Record& record) {
  Record result;
  for (const auto& [name, value] : record.fields())
    if (name != "mapping_file") result.add(name, value);
  return result;
}

}  // namespace

MappedPoint map_point(const Point& point, const MapSettings& settings,
                      const std::optional<SimulationOptions>& simulated, const std::filesystem::path& folder,
                      Library& library) {
  const MapResult result = find_preferred(request_of(point, settings, folder), library);
  const FoundMapping& best = result.found.front();
  Record record =
      without_file(simulated ? simulate(candidate_of(point, Yaml::parse(best.text, "found"), library), *simulated)
                             : best.record);
  record.add("map.objective", settings.text);
  record.add("map.limit_s", settings.time_limit_s);
  if (const auto gap = gap_of(result, settings.objective)) record.add("map.gap", *gap);
  if (!result.preferences.empty())
    record.add(
        "map.preferred",
        fmt::format("{}", fmt::join(lines_of(result.preferences, settings.objective.measures().front()), "; ")));
  return {std::move(record), best.text};
}

}  // namespace tilewright
