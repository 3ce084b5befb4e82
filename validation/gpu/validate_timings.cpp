#include "validation/gpu/validate_timings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "common/parallel.hpp"
#include "common/position.hpp"
#include "validation/rank_correlation.hpp"

namespace tilewright {

namespace {

// True where a fit to the first value of a row shapes what is predicted for this one too.
bool is_fitted(const TimingTable& table, const std::string& name) {
  const auto value = std::ranges::find(table.values, name, &TimingValue::name);
  const auto& fitted = table.values.front().predicted.names();
  return std::ranges::any_of(value->predicted.names(), [&](const std::string& prediction) {
    return std::ranges::find(fitted, prediction) != fitted.end();
  });
}

bool is_of_power(const TimingTable& table, const std::string& name) {
  const auto value = std::ranges::find(table.values, name, &TimingValue::name);
  return std::ranges::any_of(value->predicted.names(), [](const std::string& prediction) {
    return prediction == "energy_J" || prediction == "power_W";
  });
}

// Name of the calibrating group, or an empty text.
std::string group_of(const TimedRow& row) {
  if (row.calibrates) return "half";
  for (const auto& [name, condition] : row.source->groups)
    if (row.row.holds(condition, row.numbers)) return name;
  return {};
}

// Energy and power are of the time, and of numbers of their own besides.
std::string group_of(const TimedRow& row, const std::string& value) {
  const bool power = is_of_power(*row.table, value);
  if (power && row.calibrates_power) return "half";
  return power || is_fitted(*row.table, value) ? group_of(row) : "";
}

// The part of the time that two models see most differently.
std::string largest_difference(const KernelShares& one, const KernelShares& other) {
  const auto difference_s = [&](const ShareField& field) { return one.*field.time_s - other.*field.time_s; };
  const auto by_size = [&](const ShareField& a, const ShareField& b) {
    return std::abs(difference_s(a)) < std::abs(difference_s(b));
  };
  const ShareField& field = *std::ranges::max_element(share_fields, by_size);
  return fmt::format("{} {:+.3g} us", field.name, difference_s(field) * 1e6);
}

void put_beside(const ComparedValue& other, const ComparedValue& value, TimingComparison& comparison) {
  comparison.beside = other.predicted;
  if (comparison.is_apart()) comparison.apart_by = largest_difference(value.shares, other.shares);
}

struct Line {
  double slope = 0;
  double at_1 = 0;
};

// By least squares; nothing without two places.
std::optional<Line> line_through(const std::vector<std::pair<double, double>>& points) {
  const auto n = static_cast<double>(points.size());
  double x = 0, y = 0, xx = 0, xy = 0;
  for (const auto& [at, value] : points) {
    x += at / n;
    y += value / n;
  }
  for (const auto& [at, value] : points) {
    xx += (at - x) * (at - x);
    xy += (at - x) * (value - y);
  }
  if (!(xx > 0)) return {};
  return Line{xy / xx, y + (1 - x) * xy / xx};
}

// The values of one line, row by row.
struct LinePoints {
  TimingComparison like;
  std::vector<std::pair<double, double>> measured;
  std::vector<std::pair<double, double>> predicted;
};

void add_lines(const TimingSuite& suite, const std::vector<PreparedTiming>& timings,
               const std::vector<std::vector<ComparedValue>>& values, std::vector<TimingComparison>& comparisons) {
  std::vector<std::pair<std::string, LinePoints>> lines;
  for (std::size_t i = 0; i < timings.size(); ++i)
    for (const TimingLine& line : timings[i].row->table->lines)
      for (const ComparedValue& value : values[i]) {
        const TimedRow& row = *timings[i].row;
        const auto at = row.row.number(line.against, row.numbers);
        if (value.name != line.value || !at) continue;
        const std::string label = line.per + " " + row.row.text(line.per);
        const std::string key = row.source->name + "\n" + value.name + "\n" + label;
        auto found = std::ranges::find(lines, key, &std::pair<std::string, LinePoints>::first);
        if (found == lines.end()) {
          TimingComparison like = comparison_of(suite, timings[i], value);
          like.label = label;
          like.group.clear();
          like.kind.reset();
          found = lines.insert(lines.end(), {key, {like, {}, {}}});
        }
        found->second.measured.emplace_back(*at, value.measured);
        found->second.predicted.emplace_back(*at, value.predicted);
      }
  for (auto& [key, points] : lines) {
    const auto measured = line_through(points.measured);
    const auto predicted = line_through(points.predicted);
    if (!measured || !predicted) continue;
    for (const auto& [part, member] : {std::pair(".slope", &Line::slope), std::pair(".at_1", &Line::at_1)}) {
      comparisons.push_back(points.like);
      comparisons.back().value += part;
      comparisons.back().measured = (*measured).*member;
      comparisons.back().predicted = (*predicted).*member;
    }
  }
}

// Of a value; null where the row does not have it.
const ComparedValue* find_value(const std::vector<ComparedValue>& values, const std::string& name) {
  const auto found = std::ranges::find(values, name, &ComparedValue::name);
  return found == values.end() ? nullptr : &*found;
}

std::string same_of(const TimedRow& row, const TimingRelative& relative) {
  std::string texts = row.source->name;
  for (const std::string& column : relative.same) texts += "\n" + row.row.text(column);
  return texts;
}

// How many times as fast rows are as those of the same source that they are relative to. What either gave to a fit
// is in this, too.
void add_relative(const TimingSuite& suite, const std::vector<PreparedTiming>& timings,
                  const std::vector<std::vector<ComparedValue>>& values,
                  std::vector<TimingComparison>& comparisons) {
  for (const TimingRelative& relative : suite.relative) {
    std::map<std::string, std::size_t> over;
    for (std::size_t i = 0; i < timings.size(); ++i)
      if (timings[i].row->row.holds(relative.over, timings[i].row->numbers))
        over.emplace(same_of(*timings[i].row, relative), i);
    for (std::size_t i = 0; i < timings.size(); ++i) {
      const TimedRow& row = *timings[i].row;
      const auto base = over.find(same_of(row, relative));
      if (base == over.end() || base->second == i || !row.row.holds(relative.rows, row.numbers)) continue;
      const ComparedValue* own = find_value(values[i], relative.value);
      const ComparedValue* other = find_value(values[base->second], relative.value);
      if (own == nullptr || other == nullptr) continue;
      TimingComparison made = comparison_of(suite, timings[i], *own);
      if (made.group.empty()) made.group = comparison_of(suite, timings[base->second], *other).group;
      made.value = relative.name;
      made.kind.reset();
      made.measured = other->measured / own->measured;
      made.predicted = other->predicted / own->predicted;
      comparisons.push_back(std::move(made));
    }
  }
}

void judge(const std::vector<const TimingComparison*>& rows, TimingError& error) {
  std::vector<std::pair<double, double>> points;
  for (const TimingComparison* row : rows) {
    const double relative = row->error();
    error.apart += row->is_apart() ? 1 : 0;
    if (!row->group.empty()) {
      ++error.calibrated;
      error.calibrated_mean += std::abs(relative);
      continue;
    }
    ++error.judged;
    error.mean += std::abs(relative);
    error.bias += relative;
    points.emplace_back(row->predicted, row->measured);
    if (error.worst_row.empty() || std::abs(relative) > std::abs(error.worst)) {
      error.worst = relative;
      error.worst_row = row->label;
    }
  }
  if (error.calibrated > 0) error.calibrated_mean /= static_cast<double>(error.calibrated);
  if (error.judged == 0) return;
  error.mean /= static_cast<double>(error.judged);
  error.bias /= static_cast<double>(error.judged);
  error.rank = rank_correlation(points);
}

}  // namespace

TimingComparison comparison_of(const TimingSuite& suite, const PreparedTiming& timing, const ComparedValue& value) {
  const TimedRow& row = *timing.row;
  TimingComparison comparison;
  comparison.source = row.source->name;
  comparison.kernel = timing.kernel.kernel.name;
  comparison.arch = timing.kernel.arch.name;
  comparison.place = row.row.place();
  comparison.label = row.label;
  comparison.value = value.name;
  comparison.group = group_of(row, value.name);
  comparison.measured = value.measured;
  comparison.predicted = value.predicted;
  comparison.launch_s = value.shares.launch_s;
  comparison.passes_s = value.shares.passes_s;
  comparison.masked = row.mask != "dense";
  comparison.numbers = row.numbers;
  comparison.kind = value.kind;
  comparison.gives_interval = row.gives_interval;
  if (suite.groups)
    for (const std::string& column : suite.groups->by) comparison.texts.push_back(row.row.text(column));
  return comparison;
}

bool TimingError::met() const {
  return (!allowed.mean || mean <= *allowed.mean) && (!allowed.worst || std::abs(worst) <= *allowed.worst);
}

bool TimingValidation::met() const {
  std::vector<const TimingComparison*> all;
  for (const TimingComparison& each : comparisons) all.push_back(&each);
  const auto held = grouping && grouping->held ? held_share(all) : std::nullopt;
  return std::ranges::all_of(errors, &TimingError::met) &&
         (!held || (*held >= grouping->held->first && *held <= grouping->held->second));
}

bool TimingValidation::has_intervals() const {
  return std::ranges::any_of(comparisons, [](const TimingComparison& each) { return each.interval.has_value(); });
}

void add_intervals(const TimingSuite& suite, bool unseen, std::vector<TimingComparison>& comparisons) {
  const std::filesystem::path folder =
      suite.calibrations.empty() ? std::filesystem::absolute(suite.file).parent_path() : suite.calibrations;
  const auto intervals = find_intervals(suite.name, folder);
  if (!intervals) return;
  for (TimingComparison& each : comparisons) {
    if (!each.kind) continue;
    PredictionKind kind = *each.kind;
    if (unseen) kind.arch.clear();
    if (const PredictionInterval* interval = intervals->of(kind)) each.interval = *interval;
  }
}

std::optional<double> held_share(const std::vector<const TimingComparison*>& comparisons) {
  double judging = 0, held = 0;
  for (const TimingComparison* each : comparisons) {
    if (!each->judges_interval()) continue;
    judging += 1;
    held += each->is_held() ? 1 : 0;
  }
  return judging > 0 ? std::optional(held / judging) : std::nullopt;
}

std::vector<TimingError> errors_of(const TimingSuite& suite, const std::vector<TimingComparison>& comparisons) {
  std::vector<TimingError> errors;
  std::vector<std::vector<const TimingComparison*>> rows;
  for (const TimingComparison& each : comparisons) {
    const auto same = [&](const TimingError& error) {
      return error.source == each.source && error.value == each.value;
    };
    const auto found = std::ranges::find_if(errors, same);
    const std::size_t at = position_of(found, errors);
    if (found == errors.end()) {
      const auto& within = suite.source(each.source).within;
      const auto allowed = within.find(each.value);
      errors.push_back({});
      errors.back() = {each.source,
                       each.kernel,
                       each.arch,
                       each.value,
                       0,
                       0,
                       0,
                       0,
                       0,
                       0,
                       {},
                       {},
                       allowed == within.end() ? Tolerance{} : allowed->second,
                       0};
      rows.emplace_back();
    }
    rows[at].push_back(&each);
  }
  for (std::size_t i = 0; i < errors.size(); ++i) judge(rows[i], errors[i]);
  return errors;
}

TimingValidation validate_timings(const TimingSuite& suite, TimedRows rows, const KernelModel& model,
                                  Library& library, int jobs, const KernelModel& beside) {
  TimingValidation validation;
  const std::vector<PreparedTiming> timings = prepare_timings(suite, rows, library, jobs);
  const SourceParameters parameters = load_parameters(suite, timings, rows.notes);
  if (timings.empty())
    throw InputError({suite.file, 0, 0}, "",
                     "no row is predicted" + (rows.notes.empty() ? "" : ": " + rows.notes.front()));
  validation.notes = std::move(rows.notes);
  validation.beside = beside != nullptr;
  validation.grouping = suite.groups;
  for (const TimingRelative& relative : suite.relative) validation.relative.push_back(relative.name);
  std::vector<std::vector<ComparedValue>> values(timings.size());
  std::vector<std::vector<ComparedValue>> others(timings.size());
  parallel_for(timings.size(), jobs, [&](std::size_t i) {
    values[i] = compare(timings[i], parameters, model);
    if (beside) others[i] = compare(timings[i], parameters, beside);
  });
  stop_if_interrupted();
  for (std::size_t i = 0; i < timings.size(); ++i)
    for (std::size_t v = 0; v < values[i].size(); ++v) {
      validation.comparisons.push_back(comparison_of(suite, timings[i], values[i][v]));
      if (beside) put_beside(others[i][v], values[i][v], validation.comparisons.back());
    }
  add_intervals(suite, false, validation.comparisons);
  add_lines(suite, timings, values, validation.comparisons);
  add_relative(suite, timings, values, validation.comparisons);
  validation.errors = errors_of(suite, validation.comparisons);
  return validation;
}

}  // namespace tilewright
