#include "explore/study/study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace tilewright {

namespace {

template <class Item>
std::optional<std::size_t> index_in(const std::vector<Item>& items, const std::string& name) {
  const auto found = std::ranges::find(items, name, &Item::name);
  if (found == items.end()) return std::nullopt;
  return static_cast<std::size_t>(found - items.begin());
}

template <class Item>
std::string nearest(const std::vector<Item>& items, const std::string& name) {
  std::vector<std::string> names;
  for (const Item& item : items) names.push_back(item.name);
  return did_you_mean(name, names);
}

std::vector<std::size_t> indices(const Yaml& yaml, const auto& items, const char* what, const char* where = "") {
  std::vector<std::size_t> result;
  for (const Yaml& item : yaml.items()) {
    const auto index = index_in(items, item.text());
    if (!index) item.fail(fmt::format("no {} '{}'{}{}", what, item.text(), where, nearest(items, item.text())));
    if (std::ranges::find(result, *index) != result.end())
      item.fail(fmt::format("{} '{}' is there twice", what, item.text()));
    result.push_back(*index);
  }
  if (result.empty()) yaml.fail(fmt::format("expected at least one {}", what));
  return result;
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

std::vector<Choice> read_mappings(const Yaml& yaml, const Series& series, const Study& study) {
  if (yaml.is_scalar()) return {{name_of(yaml, series, study), Expression::constant(1)}};
  std::vector<Choice> choices;
  for (const Yaml& item : yaml.items()) {
    item.only({"use", "when"});
    choices.push_back({name_of(item.at("use"), series, study), item.at("when").expression()});
  }
  if (choices.empty()) yaml.fail("expected at least one mapping");
  return choices;
}

void require_bearable(const Yaml& over, const Series& series, const Study& study) {
  constexpr double most_points = 1e6;
  const double points = point_count(study.axes_of(series));
  if (points > most_points)
    over.fail(fmt::format("{:g} points, more than the {:g} that a series may have", points, most_points));
}

Series read_series(const Yaml& yaml, const Study& study) {
  yaml.only({"name", "over", "sequence", "workload", "set", "mask", "arch", "arch_set", "mapping"});
  Series series;
  series.place = yaml.place();
  series.key_path = yaml.path();
  series.name = yaml.at("name").text();
  if (index_in(study.series, series.name)) yaml.at("name").fail("series '" + series.name + "' is there twice");
  series.axes = indices(yaml.at("over"), study.axes, "axis");
  require_bearable(yaml.at("over"), series, study);
  if (const auto sequence = yaml.find("sequence")) {
    yaml.only({"name", "over", "sequence"});
    series.sequence = indices(*sequence, study.series, "series", " before this one");
    for (const std::size_t part : series.sequence)
      if (study.series[part].axes != series.axes)
        sequence->fail("'" + study.series[part].name + "' is over other axes than '" + series.name + "'");
    return series;
  }
  series.workload = name_of(yaml.at("workload"), series, study);
  if (const auto mask = yaml.find("mask")) series.mask = name_of(*mask, series, study);
  series.arch = name_of(yaml.at("arch"), series, study);
  series.set = read_settings(yaml, "set");
  series.arch_set = read_settings(yaml, "arch_set");
  series.mappings = read_mappings(yaml.at("mapping"), series, study);
  return series;
}

}  // namespace

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
  return study;
}

Study load_study(const std::filesystem::path& file) { return parse_study(Yaml::load(file)); }

}  // namespace tilewright
