#include "explore/study/axis.hpp"

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "explore/study/study_keys.hpp"

namespace tilewright {

namespace {

constexpr double most_values = 1e6;

void require_finite(const AxisValue& value, const Yaml& yaml) {
  if (value.number && !std::isfinite(*value.number))
    yaml.fail("expected a finite number, got '" + yaml.text() + "'");
}

std::vector<AxisValue> read_values(const Yaml& yaml) {
  std::vector<AxisValue> values;
  std::set<std::string> known;
  for (const Yaml& item : yaml.items()) {
    values.push_back(axis_value(item.text()));
    require_finite(values.back(), item);
    if (!known.insert(values.back().text).second) item.fail("'" + values.back().text + "' is there twice");
  }
  if (values.empty()) yaml.fail("expected at least one value");
  for (const AxisValue& value : values)
    if (value.number.has_value() != values.front().number.has_value())
      yaml.fail(
          fmt::format("expected only numbers or only names, got '{}' and '{}'", values.front().text, value.text));
  return values;
}

bool read_is_log(const Yaml& yaml) {
  const auto scale = yaml.find("scale");
  if (!scale) return false;
  const std::string text = scale->text();
  if (text != "linear" && text != "log") scale->fail("expected linear or log, got '" + text + "'");
  return text == "log";
}

AxisRange read_range(const Yaml& yaml) {
  AxisRange range{yaml.at("from").number(), yaml.at("to").number(), read_is_log(yaml)};
  if (!(range.from < range.to))
    yaml.at("to").fail(fmt::format("expected more than 'from', which is {:g}, got {:g}", range.from, range.to));
  if (range.log && range.from <= 0) yaml.at("from").fail("expected a number above 0, as the scale is log");
  return range;
}

std::vector<AxisValue> evenly(const AxisRange& range, std::int64_t count) {
  std::vector<AxisValue> values;
  for (std::int64_t i = 0; i < count; ++i)
    values.push_back(axis_value(range.at(static_cast<double>(i) / static_cast<double>(count - 1))));
  return values;
}

// As far as the end of the range, which rounding does not cut off.
template <class Number>
std::vector<AxisValue> as_far_as(const AxisRange& range, double values, const Yaml& yaml, Number number) {
  const double count = std::floor(values + 1e-9) + 1;
  if (count > most_values)
    yaml.fail(fmt::format("{:g} values, more than the {:g} that an axis may have", count, most_values));
  std::vector<AxisValue> all;
  for (double i = 0; i < count; ++i) all.push_back(axis_value(std::min(number(i), range.to)));
  return all;
}

void read_range_of_values(const Yaml& yaml, GridAxis& axis) {
  const AxisRange range = read_range(yaml);
  const auto step = yaml.find("step");
  const auto factor = yaml.find("factor");
  const auto count = yaml.find("count");
  if (int{step.has_value()} + int{factor.has_value()} + int{count.has_value()} > 1)
    yaml.fail("expected one of 'step', 'factor' and 'count'");
  if ((step || factor) && yaml.find("scale")) yaml.at("scale").fail("is for 'count', and for samples");
  if (count) {
    axis.values = evenly(range, count->integer(2, static_cast<std::int64_t>(most_values)));
  } else if (step) {
    const double by = step->number({}, 1e-300);
    axis.values =
        as_far_as(range, (range.to - range.from) / by, *step, [&](double i) { return range.from + i * by; });
  } else if (factor) {
    const double by = factor->number({}, 1 + 1e-6);
    if (range.from <= 0) yaml.at("from").fail("expected a number above 0, as 'factor' multiplies it");
    axis.values = as_far_as(range, std::log(range.to / range.from) / std::log(by), *factor,
                            [&](double i) { return range.from * std::pow(by, i); });
  } else {
    axis.range = range;
  }
}

GridAxis read_axis(const std::string& name, const Yaml& yaml) {
  GridAxis axis{name, {}};
  if (!yaml.is_map()) {
    axis.values = read_values(yaml);
    return axis;
  }
  yaml.only(names_of(axis_keys()));
  if (const auto values = yaml.find("values")) {
    for (const char* key : {"from", "to", "step", "factor", "count", "scale"})
      if (const auto other = yaml.find(key)) other->fail("is for a range; this axis has 'values'");
    axis.values = read_values(*values);
  } else {
    read_range_of_values(yaml, axis);
  }
  if (const auto when = yaml.find("when")) {
    if (axis.range) when->fail("expected an axis of values; a sample has every axis everywhere");
    axis.condition = AxisCondition{when->expression(), axis_value(yaml.at("else").text())};
    require_finite(axis.condition->otherwise, yaml.at("else"));
    if (axis.condition->otherwise.number.has_value() != axis.is_numeric())
      yaml.at("else").fail("expected a number where the values are numbers, and a name where they are names");
  } else if (const auto otherwise = yaml.find("else")) {
    otherwise->fail("expected 'when' as well");
  }
  return axis;
}

}  // namespace

double AxisRange::at(double share) const {
  if (share <= 0) return from;
  if (share >= 1) return to;
  return log ? from * std::pow(to / from, share) : from + share * (to - from);
}

AxisValue axis_value(double number) { return {fmt::format("{}", number), number}; }

AxisValue axis_value(const std::string& text) {
  try {
    const Expression expression = Expression::parse(text);
    if (!expression.is_constant() || !expression.dimension().plain()) return {text, std::nullopt};
    return axis_value(expression.evaluate({}));
  } catch (const InputError&) {
    return {text, std::nullopt};
  }
}

std::vector<GridAxis> parse_axes(const Yaml& yaml) {
  std::vector<GridAxis> axes;
  for (const auto& [name, values] : yaml.entries()) {
    require_name(values, name);
    axes.push_back(read_axis(name, values));
  }
  return axes;
}

std::vector<GridAxis> parse_plain_axes(const Yaml& yaml) {
  std::vector<GridAxis> axes = parse_axes(yaml);
  for (const GridAxis& axis : axes) {
    if (axis.range)
      yaml.at(axis.name).fail("expected 'step', 'factor' or 'count', as nothing here samples a range");
    if (axis.condition) yaml.at(axis.name).at("when").fail("conditions are for axes of studies");
  }
  return axes;
}

}  // namespace tilewright
