#include "explore/study/map_settings.hpp"

#include <fmt/format.h>

#include "common/file.hpp"
#include "explore/study/study_keys.hpp"

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

// One, or a list; each may be a file beside the one that says so.
std::vector<std::string> read_names(const Yaml& yaml, const char* key) {
  const auto value = yaml.find(key);
  if (!value) return {};
  std::vector<std::string> names = value->is_list() ? value->texts() : std::vector{value->text()};
  if (names.empty()) value->fail(fmt::format("expected at least one {}", key));
  for (std::string& name : names) name = beside(name, value->place().file);
  return names;
}

}  // namespace

MapSettings parse_map_settings(const Yaml& yaml) {
  yaml.only(names_of(map_keys()));
  const Yaml objective = yaml.at("objective");
  MapSettings settings{objective.text(), parse_objective(objective)};
  if (const auto limit = yaml.find("time_limit"))
    settings.time_limit_s = limit->number(dimension::seconds, 1e-6, 1e9);
  if (const auto limit = yaml.find("memory_limit"))
    settings.memory_limit_B = limit->number(dimension::bytes, 1, 1e18);
  if (const auto space = yaml.find("space")) settings.space = beside(space->text(), space->place().file);
  settings.cascades = read_names(yaml, "cascade");
  settings.kernels = read_names(yaml, "kernel");
  if (const auto pad = yaml.find("pad")) settings.pad = pad->boolean();
  return settings;
}

}  // namespace tilewright
