#include "explore/study/study.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "common/position.hpp"

namespace tilewright {

namespace {

template <class Item>
std::optional<std::size_t> index_in(const std::vector<Item>& items, const std::string& name) {
  const auto found = std::ranges::find(items, name, &Item::name);
  if (found == items.end()) return std::nullopt;
  return position_of(found, items);
}

template <class Item>
std::string nearest(const std::vector<Item>& items, const std::string& name) {
  std::vector<std::string> names;
  for (const Item& item : items) names.push_back(item.name);
  return did_you_mean(name, names);
}

template <class Item>
std::size_t index_of(const Yaml& name, const std::vector<Item>& items, const char* what, const char* where = "") {
  if (const auto index = index_in(items, name.text())) return *index;
  name.fail(fmt::format("no {} '{}'{}{}", what, name.text(), where, nearest(items, name.text())));
}

std::vector<std::size_t> read_axes(const Yaml& yaml, const Study& study) {
  std::vector<std::size_t> axes;
  for (const Yaml& item : yaml.items()) {
    axes.push_back(index_of(item, study.axes, "axis"));
    if (std::ranges::count(axes, axes.back()) > 1) item.fail("axis '" + item.text() + "' is there twice");
  }
  if (axes.empty()) yaml.fail("expected at least one axis");
  return axes;
}

std::vector<std::pair<std::string, Expression>> read_settings(const Yaml& series, const char* key) {
  std::vector<std::pair<std::string, Expression>> settings;
  if (const auto yaml = series.find(key))
    for (const auto& [name, value] : yaml->entries()) settings.emplace_back(name, value.expression());
  return settings;
}

// Names in braces are of axes that the series is over.
std::string name_of(const Yaml& yaml, const Series& series, const Study& study) {
  std::vector<std::string> known;
  for (const std::size_t axis : series.axes) known.push_back(study.axes[axis].name);
  for (const std::string& name : names_in_braces(yaml))
    if (std::ranges::find(known, name) == known.end())
      yaml.fail("series '" + series.name + "' is over no axis '" + name + "'" + did_you_mean(name, known));
  return yaml.text();
}

// Mapping files of a search are named after the series.
MapSettings read_search(const Yaml& yaml, const Series& series) {
  if (series.name.find('/') != std::string::npos || series.name.starts_with('.'))
    yaml.fail("expected a series with a name that a file can have, got '" + series.name + "'");
  return parse_map_settings(yaml);
}

Choice read_choice(const Yaml& yaml, const Series& series, const Study& study) {
  yaml.only({"use", "map", "when"});
  const Expression when = yaml.at("when").expression();
  const auto search = yaml.find("map");
  if (!search) return {name_of(yaml.at("use"), series, study), std::nullopt, when};
  if (const auto use = yaml.find("use")) use->fail("expected one of 'use' and 'map'");
  return {{}, read_search(*search, series), when};
}

std::vector<Choice> read_mappings(const Yaml& yaml, const Series& series, const Study& study) {
  if (yaml.is_scalar()) return {{name_of(yaml, series, study), std::nullopt}};
  if (yaml.is_map()) {
    yaml.only({"map"});
    return {{{}, read_search(yaml.at("map"), series)}};
  }
  std::vector<Choice> choices;
  for (const Yaml& item : yaml.items()) choices.push_back(read_choice(item, series, study));
  if (choices.empty()) yaml.fail("expected at least one mapping");
  return choices;
}

void require_bearable(const Yaml& over, const Series& series, const Study& study) {
  constexpr double most_points = 1e6;
  const double points = point_count(study.axes_of(series));
  if (points > most_points)
    over.fail(fmt::format("{:g} points, more than the {:g} that a series may have", points, most_points));
}

SeriesPart read_part(const Yaml& yaml, const Study& study) {
  if (!yaml.is_scalar()) yaml.only({"series", "times"});
  const Yaml name = yaml.is_scalar() ? yaml : yaml.at("series");
  const Expression times = yaml.is_scalar() ? Expression::constant(1) : yaml.at("times").expression();
  SeriesPart part{index_of(name, study.series, "series", " before this one"), {times}};
  if (times.is_constant()) (void)part.how_often(Scope());
  return part;
}

std::vector<SeriesPart> read_sequence(const Yaml& yaml, const Series& whole, const Study& study) {
  std::vector<SeriesPart> parts;
  for (const Yaml& item : yaml.items()) {
    SeriesPart part = read_part(item, study);
    const Series& series = study.series[part.series];
    if (series.axes != whole.axes) yaml.fail("'" + series.name + "' is over other axes than '" + whole.name + "'");
    const auto before = std::ranges::find(parts, part.series, &SeriesPart::series);
    if (before == parts.end()) {
      parts.push_back(std::move(part));
    } else {
      before->times.push_back(part.times.front());
    }
  }
  if (parts.empty()) yaml.fail("expected at least one series");
  return parts;
}

NestSchedule read_schedule_choice(const Yaml& yaml) {
  if (const auto schedule = find_nest_schedule(yaml.text())) return *schedule;
  yaml.fail(fmt::format("expected one of {}, got '{}'{}", fmt::join(nest_schedule_names(), ", "), yaml.text(),
                        did_you_mean(yaml.text(), nest_schedule_names())));
}

Series read_series(const Yaml& yaml, const Study& study) {
  yaml.only({"name", "over", "sequence", "workload", "set", "mask", "selection", "requests", "arch", "arch_set",
             "mapping", "simulate"});
  Series series;
  series.place = yaml.place();
  series.key_path = yaml.path();
  series.name = yaml.at("name").text();
  if (index_in(study.series, series.name)) yaml.at("name").fail("series '" + series.name + "' is there twice");
  series.axes = read_axes(yaml.at("over"), study);
  require_bearable(yaml.at("over"), series, study);
  if (const auto sequence = yaml.find("sequence")) {
    yaml.only({"name", "over", "sequence"});
    series.sequence = read_sequence(*sequence, series, study);
    return series;
  }
  series.workload = name_of(yaml.at("workload"), series, study);
  if (const auto mask = yaml.find("mask")) series.mask = name_of(*mask, series, study);
  if (const auto selection = yaml.find("selection")) series.selection = name_of(*selection, series, study);
  if (const auto requests = yaml.find("requests")) series.requests = name_of(*requests, series, study);
  series.arch = name_of(yaml.at("arch"), series, study);
  series.set = read_settings(yaml, "set");
  series.arch_set = read_settings(yaml, "arch_set");
  series.mappings = read_mappings(yaml.at("mapping"), series, study);
  if (const auto simulate = yaml.find("simulate"))
    series.simulate = SimulationOptions{.schedule = read_schedule_choice(*simulate)};
  return series;
}

void require_all_used(const Yaml& axes, const Study& study) {
  for (std::size_t axis = 0; axis < study.axes.size(); ++axis)
    if (std::ranges::none_of(study.series,
                             [axis](const Series& series) { return std::ranges::count(series.axes, axis) > 0; }))
      axes.at(study.axes[axis].name).fail("no series is over this axis");
}

}  // namespace

double SeriesPart::how_often(const Scope& scope) const {
  constexpr double most = 1e9;
  double sum = 0;
  for (const Expression& each : times) {
    const double value = scope.value(each);
    if (!(value >= 1 && value <= most && value == std::floor(value)))
      each.fail(fmt::format("expected a whole number from 1 to {:g}, got {:g}", most, value));
    sum += value;
  }
  return sum;
}

std::size_t Study::series_named(const std::string& wanted) const {
  if (const auto index = index_in(series, wanted)) return *index;
  throw InputError({file, 0, 0}, "", "no series '" + wanted + "'" + nearest(series, wanted));
}

std::vector<GridAxis> Study::axes_of(const Series& of) const {
  std::vector<GridAxis> result;
  for (const std::size_t axis : of.axes) result.push_back(axes[axis]);
  return result;
}

Study parse_study(const Yaml& root) {
  root.only({"study"});
  const Yaml yaml = root.at("study");
  yaml.only({"name", "description", "axes", "series"});
  Study study;
  study.name = yaml.at("name").text();
  if (study.name.find('/') != std::string::npos || study.name.starts_with('.'))
    yaml.at("name").fail("expected a name that a folder of results can have, got '" + study.name + "'");
  study.file = yaml.place().file;
  study.axes = parse_axes(yaml.at("axes"));
  for (const Yaml& item : yaml.at("series").items()) study.series.push_back(read_series(item, study));
  if (study.series.empty()) yaml.at("series").fail("expected at least one series");
  require_all_used(yaml.at("axes"), study);
  yaml.note("description");
  root.require_used();
  return study;
}

Study load_study(const std::filesystem::path& file) { return parse_study(Yaml::load(file)); }

}  // namespace tilewright
