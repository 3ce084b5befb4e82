#include "explore/study/map_settings.hpp"

#include <limits>

#include "common/file.hpp"

namespace tilewright {

namespace {

Objective parse_objective(const Yaml& yaml) {
  try {
    Objective objective = Objective::parse(yaml.text());
    if (objective.measures().size() == 1) return objective;
  } catch (const InputError& error) {
    yaml.fail(error.what());
  }
  yaml.fail("expected one objective, as a point has one mapping, got '" + yaml.text() + "'");
}

}  // namespace

MapSettings parse_map_settings(const Yaml& yaml) {
  yaml.only({"objective", "limit", "space", "cascade"});
  const Yaml objective = yaml.at("objective");
  MapSettings settings{objective.text(), parse_objective(objective), std::numeric_limits<double>::infinity(), {}};
  if (const auto limit = yaml.find("limit")) settings.limit_s = limit->number(dimension::seconds, 1e-6, 1e9);
  if (const auto space = yaml.find("space")) settings.space = beside(space->text(), space->place().file);
  if (const auto cascade = yaml.find("cascade")) {
    settings.cascades = cascade->is_list() ? cascade->texts() : std::vector{cascade->text()};
    if (settings.cascades.empty()) cascade->fail("expected at least one cascade");
    for (std::string& name : settings.cascades) name = beside(name, cascade->place().file);
  }
  return settings;
}

}  // namespace tilewright
