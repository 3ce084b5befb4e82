#include "explore/study/series_points.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/file.hpp"
#include "einsum/workload.hpp"
#include "explore/study/study_keys.hpp"
#include "mappings/kernel/file.hpp"

namespace tilewright {

namespace {

double finite(const Expression& expression, const std::vector<double>& slots) {
  const double value = expression.evaluate(slots);
  if (!std::isfinite(value)) expression.fail("'" + expression.text() + "' has no finite value");
  return value;
}

Expression bound_to(Expression expression, const Symbols& symbols) {
  expression.bind(symbols);
  return expression;
}

bool all_known(const Expression& expression, const Symbols& symbols) {
  return std::ranges::all_of(expression.names(), [&](const std::string& name) { return symbols.find(name) >= 0; });
}

// What is 1 in expressions where an axis of texts has the value.
std::string indicator(const std::string& axis, const std::string& value) { return axis + "." + value; }

SimulationOptions simulation_of(const Series& series, const std::string& schedule) {
  SimulationOptions options;
  options.exact = series.exact;
  if (series.until_s) options.until_s = *series.until_s;
  if (schedule.empty()) return options;
  options.schedule = find_nest_schedule(schedule);
  if (!options.schedule)
    throw InputError(series.place, series.key_path + ".schedule",
                     fmt::format("expected one of {}, got '{}'", fmt::join(nest_schedule_names(), ", "), schedule));
  return options;
}

bool is_simulated(const Series& series, const std::string& by) {
  if (by.empty() || by == model_names()[0]) return false;
  if (by == model_names()[1]) return true;
  throw InputError(series.place, series.key_path + ".by",
                   fmt::format("expected one of {}, got '{}'{}", fmt::join(model_names(), ", "), by,
                               did_you_mean(by, model_names())));
}

}  // namespace

SeriesPoints::SeriesPoints(const Study& study, const Series& series, Library& library)
    : study_(study), series_(series), library_(library), axes_(study.axes_of(series)) {
  if (study.sample) {
    drawn_ = draw(*study.sample, axes_);
    numbers_ = count_of(*study.sample, axes_.size());
  } else {
    std::vector<bool> taken(axes_.size(), false);
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      if (taken[i]) continue;
      Dimension dimension{{}, axes_[i].values.size()};
      const auto together = std::ranges::find_if(
          study.zipped, [&](const auto& zipped) { return std::ranges::count(zipped, series.axes[i]) > 0; });
      for (std::size_t j = i; j < axes_.size(); ++j)
        if (j == i || (together != study.zipped.end() && std::ranges::count(*together, series.axes[j]) > 0)) {
          dimension.axes.push_back(j);
          taken[j] = true;
        }
      numbers_ *= dimension.size;
      dimensions_.push_back(std::move(dimension));
    }
  }
  add_names();
  bind_all();
  require_constant_names();
}

// What no axis changes is wrong in the study, not at a point.
void SeriesPoints::require_constant_names() const {
  if (!series_.sequence.empty()) return;
  const auto require = [&](const char* key, const std::string& text) {
    if (!text.empty() && text.find('{') == std::string::npos) (void)config(key, text);
  };
  require("workload", series_.workload);
  require("arch", series_.arch);
  for (const Choice& choice : series_.mappings) require("mapping", choice.use);
}

void SeriesPoints::add_names() {
  for (const GridAxis& axis : axes_) {
    if (axis.is_numeric()) {
      symbols_.add(axis.name);
      continue;
    }
    for (const AxisValue& value : axis.values) symbols_.add(indicator(axis.name, value.text));
    if (axis.condition) symbols_.add(indicator(axis.name, axis.condition->otherwise.text));
  }
}

void SeriesPoints::bind_all() {
  for (const GridAxis& axis : axes_)
    conditions_.push_back(axis.condition ? bound_to(axis.condition->when, symbols_) : Expression::constant(1));
  for (const Derived& derived : study_.derived) {
    if (!std::ranges::all_of(derived.axes,
                             [&](std::size_t axis) { return std::ranges::count(series_.axes, axis) > 0; }))
      continue;
    derived_.push_back(derived);
    if (!derived.number) continue;
    derived_.back().number->bind(symbols_);
    symbols_.add(derived.name);
  }
  if (study_.where && (series_.sequence.empty() || all_known(*study_.where, symbols_)))
    where_.push_back(bound_to(*study_.where, symbols_));
  if (series_.where) where_.push_back(bound_to(*series_.where, symbols_));
  for (const auto& [name, value] : series_.set) set_.emplace_back(name, bound_to(value, symbols_));
  const auto unknown = [&](const Expression& expression) { return !all_known(expression, symbols_); };
  uses_shapes_ = std::ranges::any_of(series_.arch_set, unknown, [](const auto& each) { return each.second; }) ||
                 std::ranges::any_of(series_.mappings, unknown, [](const Choice& choice) { return choice.when; });
}

std::size_t SeriesPoints::index(std::size_t number, std::size_t axis) const {
  for (std::size_t d = dimensions_.size(); d-- > 0;) {
    const Dimension& dimension = dimensions_[d];
    if (std::ranges::count(dimension.axes, axis) > 0) return number % dimension.size;
    number /= dimension.size;
  }
  return 0;
}

AxisValues SeriesPoints::values(std::size_t number) const {
  AxisValues values(axes_.size());
  for (std::size_t i = 0; i < axes_.size(); ++i)
    values[i] = drawn_.empty() ? axes_[i].values[index(number, i)] : drawn_[i][number];
  const bool conditional =
      std::ranges::any_of(axes_, [](const GridAxis& axis) { return axis.condition.has_value(); });
  if (!conditional) return values;
  const Names given = names(values);
  for (std::size_t i = 0; i < axes_.size(); ++i)
    if (axes_[i].condition && finite(conditions_[i], given.slots) == 0) values[i] = axes_[i].condition->otherwise;
  return values;
}

bool SeriesPoints::exists(std::size_t number) const {
  const AxisValues own = values(number);
  // Elsewhere an axis with a condition has one value, which its first number stands for.
  for (std::size_t i = 0; i < axes_.size(); ++i)
    if (axes_[i].condition && index(number, i) != 0 && own[i].text != axes_[i].values[index(number, i)].text)
      return false;
  if (where_.empty()) return true;
  const Names all = names(own);
  return std::ranges::all_of(where_, [&](const Expression& where) { return finite(where, all.slots) != 0; });
}

SeriesPoints::Names SeriesPoints::names(const AxisValues& values) const {
  Names names;
  names.slots.assign(static_cast<std::size_t>(symbols_.size()), 0);
  const auto set = [&](const std::string& name, double value) {
    if (const int slot = symbols_.find(name); slot >= 0) names.slots[static_cast<std::size_t>(slot)] = value;
  };
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    values[i].number ? set(axes_[i].name, *values[i].number) : set(indicator(axes_[i].name, values[i].text), 1);
    names.texts.emplace_back("{" + axes_[i].name + "}", values[i].text);
  }
  for (const Derived& derived : derived_) {
    if (!derived.number) {
      names.texts.emplace_back("{" + derived.name + "}", names.fill(derived.text));
      continue;
    }
    const double value = finite(*derived.number, names.slots);
    set(derived.name, value);
    names.texts.emplace_back("{" + derived.name + "}", fmt::format("{}", value));
  }
  return names;
}

Record SeriesPoints::labels(const AxisValues& values) const {
  Record record;
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    const std::string name = "point." + axes_[i].name;
    values[i].number ? record.add(name, *values[i].number) : record.add(name, values[i].text);
  }
  if (derived_.empty()) return record;
  const Names all = names(values);
  for (std::size_t i = 0; i < derived_.size(); ++i) {
    const std::string& text = all.texts[axes_.size() + i].second;
    const std::string name = "derived." + derived_[i].name;
    if (const AxisValue value = axis_value(text); derived_[i].number && value.number)
      record.add(name, *value.number);
    else
      record.add(name, text);
  }
  return record;
}

const SeriesPoints::Bound& SeriesPoints::bound(const Point& point, const Workload* workload) const {
  const std::scoped_lock lock(mutex_);
  auto& kept = bound_[point.workload];
  if (kept) return *kept;
  auto made = std::make_unique<Bound>();
  made->symbols = symbols_;
  if (workload != nullptr)
    for (const auto& [name, shape] : workload->shapes) made->symbols.add(name);
  for (const auto& [name, value] : series_.arch_set)
    made->arch_set.emplace_back(name, bound_to(value, made->symbols));
  for (const Choice& choice : series_.mappings) made->when.push_back(bound_to(choice.when, made->symbols));
  kept = std::move(made);
  return *kept;
}

// A name of a configuration, once its axes are put in.
std::string SeriesPoints::config(const std::string& key, const std::string& text) const {
  const std::scoped_lock lock(mutex_);
  std::string& kept = configs_[key + "|" + text];
  if (!kept.empty()) return kept;
  const std::string name = beside(text, study_.file);
  try {
    (void)(key == "mapping" ? find_mapping(name) : find_config(key + "s", name));
  } catch (const InputError& error) {
    throw InputError(series_.place, series_.key_path + "." + key, error.what());
  }
  return kept = name;
}

const Choice& SeriesPoints::choose(const Bound& bound, const std::vector<double>& slots) const {
  for (std::size_t i = 0; i < bound.when.size(); ++i)
    if (finite(bound.when[i], slots) != 0) return series_.mappings[i];
  throw InputError(series_.place, series_.key_path + ".mapping", "no 'when' holds");
}

StudyPointInputs SeriesPoints::inputs(const AxisValues& values) const {
  Names all = names(values);
  StudyPointInputs inputs;
  inputs.outputs = &series_.outputs;
  Point& point = inputs.point;
  point.workload = config("workload", all.fill(series_.workload));
  for (const auto& [name, expression] : set_) point.set[name] = finite(expression, all.slots);
  point.requests = beside(all.fill(series_.requests), study_.file);
  std::optional<Workload> workload;
  if (uses_shapes_) {
    workload = parse_workload(library_.workload(point.workload), point.set);
    if (!point.requests.empty()) workload->set_requests(point.requests, point.set);
  }
  const Bound& expressions = bound(point, workload ? &*workload : nullptr);
  all.slots.resize(static_cast<std::size_t>(expressions.symbols.size()));
  if (workload)
    for (const auto& [name, shape] : workload->shapes)
      if (symbols_.find(name) < 0) all.slots[static_cast<std::size_t>(expressions.symbols.find(name))] = shape;
  point.arch = config("arch", all.fill(series_.arch));
  for (const auto& [name, expression] : expressions.arch_set) point.arch_set[name] = finite(expression, all.slots);
  point.mask = all.fill(series_.mask);
  point.selection = all.fill(series_.selection);
  point.query_tile = all.fill(series_.query_tile);
  point.key_tile = all.fill(series_.key_tile);
  point.calibration = beside(all.fill(series_.calibration), study_.file);
  point.call = beside(all.fill(series_.call), study_.file);
  if (is_simulated(series_, all.fill(series_.by)))
    inputs.simulated = simulation_of(series_, all.fill(series_.schedule));
  const Choice& choice = choose(expressions, all.slots);
  if (choice.map)
    inputs.map = &*choice.map;
  else
    point.mapping = config("mapping", all.fill(choice.use));
  return inputs;
}

std::vector<double> SeriesPoints::times(const AxisValues& values) const {
  const Names all = names(values);
  std::vector<double> times;
  for (const SeriesPart& part : series_.sequence) times.push_back(part.how_often(symbols_, all.slots));
  return times;
}

}  // namespace tilewright
