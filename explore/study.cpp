#include "explore/study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

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

std::vector<std::size_t> indices(const Yaml& yaml, const auto& items, const char* what) {
  std::vector<std::size_t> result;
  for (const Yaml& item : yaml.items()) {
    const auto index = index_in(items, item.text());
    if (!index) item.fail(fmt::format("no {} '{}'{}", what, item.text(), nearest(items, item.text())));
    if (std::ranges::find(result, *index) != result.end())
      item.fail(fmt::format("{} '{}' is there twice", what, item.text()));
    result.push_back(*index);
  }
  if (result.empty()) yaml.fail(fmt::format("expected at least one {}", what));
  return result;
}

std::vector<Axis> read_axes(const Yaml& yaml) {
  std::vector<Axis> axes;
  for (const auto& [name, values] : yaml.entries()) {
    Axis axis{name, {}};
    for (const Yaml& value : values.items()) axis.values.push_back(axis_value(value.text()));
    if (axis.values.empty()) values.fail("expected at least one value");
    for (const AxisValue& value : axis.values)
      if (value.number.has_value() != axis.values.front().number.has_value())
        values.fail("expected only numbers or only names");
    axes.push_back(std::move(axis));
  }
  return axes;
}

std::vector<std::pair<std::string, Expression>> read_settings(const Yaml& series, const char* key) {
  std::vector<std::pair<std::string, Expression>> settings;
  if (const auto yaml = series.find(key))
    for (const auto& [name, value] : yaml->entries()) settings.emplace_back(name, value.expression());
  return settings;
}

std::vector<Choice> read_mappings(const Yaml& yaml) {
  if (yaml.is_scalar()) return {{yaml.text(), Expression::constant(1)}};
  std::vector<Choice> choices;
  for (const Yaml& item : yaml.items()) {
    item.only({"use", "when"});
    choices.push_back({item.at("use").text(), item.at("when").expression()});
  }
  if (choices.empty()) yaml.fail("expected at least one mapping");
  return choices;
}

Series read_series(const Yaml& yaml, const Study& study) {
  Series series;
  series.place = yaml.place();
  series.name = yaml.at("name").text();
  if (index_in(study.series, series.name)) yaml.at("name").fail("series '" + series.name + "' is there twice");
  series.axes = indices(yaml.at("over"), study.axes, "axis");
  if (const auto sequence = yaml.find("sequence")) {
    yaml.only({"name", "over", "sequence"});
    series.sequence = indices(*sequence, study.series, "series before this one");
    for (const std::size_t part : series.sequence)
      if (study.series[part].axes != series.axes)
        sequence->fail("'" + study.series[part].name + "' is over other axes than '" + series.name + "'");
    return series;
  }
  yaml.only({"name", "over", "workload", "set", "arch", "arch_set", "mapping"});
  series.workload = yaml.at("workload").text();
  series.arch = yaml.at("arch").text();
  series.set = read_settings(yaml, "set");
  series.arch_set = read_settings(yaml, "arch_set");
  series.mappings = read_mappings(yaml.at("mapping"));
  return series;
}

}  // namespace

AxisValue axis_value(const std::string& text) {
  try {
    const Expression expression = Expression::parse(text);
    if (!expression.is_constant() || !expression.dimension().plain()) return {text, std::nullopt};
    const double number = expression.evaluate({});
    return {fmt::format("{}", number), number};
  } catch (const InputError&) {
    return {text, std::nullopt};
  }
}

std::size_t Study::axis(const std::string& wanted) const {
  if (const auto index = index_in(axes, wanted)) return *index;
  throw InputError({file, 0, 0}, "", "no axis '" + wanted + "'" + nearest(axes, wanted));
}

std::size_t Study::series_named(const std::string& wanted) const {
  if (const auto index = index_in(series, wanted)) return *index;
  throw InputError({file, 0, 0}, "", "no series '" + wanted + "'" + nearest(series, wanted));
}

Study parse_study(const Yaml& root) {
  root.only({"study"});
  const Yaml yaml = root.at("study");
  yaml.only({"name", "description", "axes", "series"});
  Study study;
  study.name = yaml.at("name").text();
  study.file = yaml.place().file;
  study.axes = read_axes(yaml.at("axes"));
  for (const Yaml& item : yaml.at("series").items()) study.series.push_back(read_series(item, study));
  if (study.series.empty()) yaml.at("series").fail("expected at least one series");
  return study;
}

Study load_study(const std::filesystem::path& file) { return parse_study(Yaml::load(file)); }

}  // namespace tilewright
