#include "explore/study/study.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "common/position.hpp"
#include "explore/study/study_keys.hpp"
#include "explore/study/study_point.hpp"
#include "sim/record/schema.hpp"
#include "sim/systemc/simulation_options.hpp"

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

Settings read_settings(const Yaml& series, const char* key) {
  Settings settings;
  if (const auto yaml = series.find(key))
    for (const auto& [name, value] : yaml->entries()) settings.emplace_back(name, value.expression());
  return settings;
}

bool is_over_all(const Series& series, const std::vector<std::size_t>& axes) {
  return std::ranges::all_of(axes, [&](std::size_t axis) { return std::ranges::count(series.axes, axis) > 0; });
}

// Names in braces are of axes that the series is over.
std::string name_of(const Yaml& yaml, const Series& series, const Study& study) {
  std::vector<std::string> known;
  for (const std::size_t axis : series.axes) known.push_back(study.axes[axis].name);
  for (const Derived& derived : study.derived)
    if (is_over_all(series, derived.axes)) known.push_back(derived.name);
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
  yaml.only(names_of(mapping_keys()));
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
  if (study.sample) return;  // says itself how many
  const double points = point_count(study.axes_of(series));
  if (points > most_points)
    over.fail(fmt::format("{:g} points, more than the {:g} that a series may have", points, most_points));
}

SeriesPart read_part(const Yaml& yaml, const Study& study) {
  if (!yaml.is_scalar()) yaml.only(names_of(part_keys()));
  const Yaml name = yaml.is_scalar() ? yaml : yaml.at("series");
  const Expression times = yaml.is_scalar() ? Expression::constant(1) : yaml.at("times").expression();
  SeriesPart part{index_of(name, study.series, "series", " before this one"), {times}};
  if (times.is_constant()) (void)part.how_often({}, {});
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

// A text that is one of some names, once axes are put in: one without braces is checked now.
std::string read_word(const Yaml& yaml, const Series& series, const Study& study,
                      const std::vector<std::string>& words) {
  const std::string text = name_of(yaml, series, study);
  if (text.find('{') == std::string::npos && std::ranges::find(words, text) == words.end())
    yaml.fail(
        fmt::format("expected one of {}, got '{}'{}", fmt::join(words, ", "), text, did_you_mean(text, words)));
  return text;
}

// Patterns of names, each of a field of records.
std::vector<std::string> read_outputs(const Yaml& yaml) {
  std::vector<std::string> patterns;
  for (const Yaml& item : yaml.items()) {
    patterns.push_back(item.text());
    if (patterns.back().find('*') == std::string::npos && find_field(patterns.back()) == nullptr)
      item.fail("no field '" + patterns.back() + "'" + nearest_field(patterns.back()));
  }
  if (patterns.empty()) yaml.fail("expected at least one field");
  return patterns;
}

void read_texts(const Yaml& yaml, const Study& study, Series& series) {
  for (const auto& [key, text] : {std::pair("mask", &series.mask), std::pair("selection", &series.selection),
                                  std::pair("requests", &series.requests), std::pair("q_tile", &series.query_tile),
                                  std::pair("kv_tile", &series.key_tile),
                                  std::pair("calibration", &series.calibration), std::pair("call", &series.call)})
    if (const auto value = yaml.find(key)) *text = name_of(*value, series, study);
}

void read_simulation(const Yaml& yaml, const Study& study, Series& series) {
  if (const auto by = yaml.find("by")) series.by = read_word(*by, series, study, model_names());
  if (const auto schedule = yaml.find("schedule"))
    series.schedule = read_word(*schedule, series, study, nest_schedule_names());
  if (const auto exact = yaml.find("exact")) series.exact = exact->boolean();
  if (const auto until = yaml.find("until")) series.until_s = until->number(dimension::seconds, 0, 1e9);
  if (series.by.empty() || series.by == model_names().front())
    for (const char* key : {"schedule", "exact", "until"})
      if (const auto value = yaml.find(key)) value->fail("is of simulations; expected 'by: simulation' as well");
}

Series read_series(const Yaml& yaml, const Study& study) {
  yaml.only(names_of(series_keys()));
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
  if (const auto where = yaml.find("where")) series.where = where->expression();
  series.workload = name_of(yaml.at("workload"), series, study);
  series.arch = name_of(yaml.at("arch"), series, study);
  read_texts(yaml, study, series);
  series.set = read_settings(yaml, "set");
  series.arch_set = read_settings(yaml, "arch_set");
  series.mappings = read_mappings(yaml.at("mapping"), series, study);
  read_simulation(yaml, study, series);
  if (const auto outputs = yaml.find("outputs")) series.outputs = read_outputs(*outputs);
  return series;
}

std::vector<std::vector<std::size_t>> read_zipped(const Yaml& yaml, const Study& study) {
  std::vector<std::vector<std::size_t>> zipped;
  std::vector<std::size_t> known;
  for (const Yaml& list : yaml.items()) {
    zipped.emplace_back();
    for (const Yaml& item : list.items()) {
      const std::size_t axis = index_of(item, study.axes, "axis");
      if (std::ranges::count(known, axis) > 0) item.fail("axis '" + item.text() + "' is there twice");
      known.push_back(axis);
      zipped.back().push_back(axis);
      const GridAxis& first = study.axes[zipped.back().front()];
      if (study.axes[axis].condition) item.fail("axis '" + item.text() + "' has a condition of its own");
      if (study.axes[axis].values.size() != first.values.size())
        item.fail(fmt::format("axis '{}' has {} values, and '{}' has {}", item.text(),
                              study.axes[axis].values.size(), first.name, first.values.size()));
    }
    if (zipped.back().size() < 2) list.fail("expected at least two axes");
  }
  return zipped;
}

// Of a name that something derived is made of: an axis, a value of one ("model.BERT"), or what is derived before.
std::vector<std::size_t> axes_of_name(const std::string& name, const Study& study) {
  if (const auto derived = index_in(study.derived, name)) return study.derived[*derived].axes;
  const auto axis = index_in(study.axes, name.substr(0, name.find('.')));
  return axis ? std::vector{*axis} : std::vector<std::size_t>{};
}

std::vector<std::size_t> axes_of_names(const std::vector<std::string>& names, const Yaml& value,
                                       const Study& study) {
  std::vector<std::string> known;
  for (const GridAxis& axis : study.axes) known.push_back(axis.name);
  for (const Derived& derived : study.derived) known.push_back(derived.name);
  std::vector<std::size_t> axes;
  for (const std::string& name : names) {
    const std::vector<std::size_t> of = axes_of_name(name, study);
    if (of.empty() && !index_in(study.derived, name))
      value.fail("no axis '" + name + "'" + did_you_mean(name, known));
    for (const std::size_t axis : of)
      if (std::ranges::count(axes, axis) == 0) axes.push_back(axis);
  }
  return axes;
}

void read_derived(const Yaml& yaml, Study& study) {
  for (const auto& [name, value] : yaml.entries()) {
    require_name(value, name);
    if (index_in(study.axes, name)) value.fail("axis '" + name + "' has this name already");
    Derived derived{name, std::nullopt, {}, {}};
    if (value.text().find('{') == std::string::npos) {
      derived.number = value.expression();
      derived.axes = axes_of_names(derived.number->names(), value, study);
    } else {
      derived.text = value.text();
      derived.axes = axes_of_names(names_in_braces(value), value, study);
    }
    study.derived.push_back(std::move(derived));
  }
}

// Each is a name of some series.
void require_all_derived(const Yaml& yaml, const Study& study) {
  const auto derived = yaml.find("derived");
  for (const Derived& each : study.derived)
    if (std::ranges::none_of(study.series, [&](const Series& series) { return is_over_all(series, each.axes); }))
      derived->at(each.name).fail("no series is over all of the axes that it is made of");
}

void read_points(const Yaml& yaml, Study& study) {
  study.axes = parse_axes(yaml.at("axes"));
  if (const auto sample = yaml.find("sample")) study.sample = parse_sample(*sample);
  for (const GridAxis& axis : study.axes) {
    const Yaml at = yaml.at("axes").at(axis.name);
    if (axis.range && !study.sample)
      at.fail(
          "expected 'step', 'factor' or 'count', or a 'sample' of the study, which chooses points between the two");
    if (axis.condition && study.sample) at.at("when").fail("a sample has every axis everywhere");
  }
  if (const auto zip = yaml.find("zip")) {
    if (study.sample) zip->fail("a sample chooses each axis by itself");
    study.zipped = read_zipped(*zip, study);
  }
  if (const auto derived = yaml.find("derived")) read_derived(*derived, study);
  if (const auto where = yaml.find("where")) study.where = where->expression();
  if (study.sample && study.sample->method == Sample::Method::saltelli)
    if (const auto where = yaml.find("where")) where->fail("the design of saltelli has all of its points");
}

void require_all_used(const Yaml& axes, const Study& study) {
  for (std::size_t axis = 0; axis < study.axes.size(); ++axis)
    if (std::ranges::none_of(study.series,
                             [axis](const Series& series) { return std::ranges::count(series.axes, axis) > 0; }))
      axes.at(study.axes[axis].name).fail("no series is over this axis");
}

}  // namespace

double SeriesPart::how_often(const Symbols& symbols, std::span<const double> values) const {
  constexpr double most = 1e9;
  double sum = 0;
  for (Expression each : times) {
    each.bind(symbols);
    const double value = each.evaluate(values);
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
  yaml.only(names_of(study_keys()));
  Study study;
  study.name = yaml.at("name").text();
  if (study.name.find('/') != std::string::npos || study.name.starts_with('.'))
    yaml.at("name").fail("expected a name that a folder of results can have, got '" + study.name + "'");
  study.file = yaml.place().file;
  read_points(yaml, study);
  const auto outputs = yaml.find("outputs");
  const auto kept = outputs ? read_outputs(*outputs) : std::vector<std::string>{};
  for (const Yaml& item : yaml.at("series").items()) {
    study.series.push_back(read_series(item, study));
    if (study.series.back().outputs.empty()) study.series.back().outputs = kept;
  }
  if (study.series.empty()) yaml.at("series").fail("expected at least one series");
  require_all_used(yaml.at("axes"), study);
  require_all_derived(yaml, study);
  yaml.note("description");
  root.require_used();
  return study;
}

Study load_study(const std::filesystem::path& file) { return parse_study(Yaml::load(file)); }

}  // namespace tilewright
