#include "report/dataset.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr std::string_view point_prefix = "point.";

Entry make_entry(const Record& record) {
  Entry entry;
  for (const auto& [name, value] : record.fields()) {
    if (name.starts_with(point_prefix)) entry.point.emplace(name.substr(point_prefix.size()), value);
  }
  entry.record = &record;
  return entry;
}

std::string in_words(const Entry& entry) {
  std::string words;
  for (const auto& [axis, value] : entry.point)
    words += fmt::format("{}{}={}", words.empty() ? "" : ", ", axis, text_of(value));
  return words;
}

/// Only a near name helps; a record has hundreds.
std::string suggestion(const std::string& name, const std::vector<std::string>& known) {
  const std::string words = did_you_mean(name, known);
  return words.starts_with("; did you mean") ? words : "";
}

bool has_all(const Entry& entry, const Expression& expression) {
  return std::ranges::all_of(expression.names(),
                             [&](const std::string& name) { return entry.record->number(name).has_value(); });
}

std::string names_of(const std::vector<Located>& series) {
  std::string words;
  for (const Located& name : series) words += (words.empty() ? "'" : ", '") + name.text + "'";
  return words;
}

}  // namespace

std::string text_of(const RecordValue& value) {
  const double* number = std::get_if<double>(&value);
  return number == nullptr ? std::get<std::string>(value) : fmt::format("{}", *number);
}

bool Entry::matches(const PointFilter& filter) const {
  return std::ranges::all_of(filter, [this](const auto& wanted) {
    const auto found = point.find(wanted.first);
    return found != point.end() && text_of(found->second) == wanted.second;
  });
}

Dataset::Dataset(const std::vector<Record>& records) {
  std::set<std::pair<std::string, std::string>> seen;
  for (const Record& record : records) {
    const std::string name = record.text("series");
    if (name.empty()) throw InputError("a record has no series");
    Entry entry = make_entry(record);
    if (!seen.emplace(name, in_words(entry)).second)
      throw InputError(fmt::format("two records of series '{}' at {}", name, in_words(entry)));
    Series& series = series_[name];
    for (const auto& [axis, value] : entry.point)
      series.places[axis][text_of(value)].push_back(series.entries.size());
    series.entries.push_back(std::move(entry));
  }
}

const std::vector<Entry>& Dataset::series(const Located& name) const { return find(name).entries; }

const Dataset::Series& Dataset::find(const Located& name) const {
  const auto found = series_.find(name.text);
  if (found != series_.end()) return found->second;
  std::vector<std::string> known;
  for (const auto& [key, series] : series_) known.push_back(key);
  name.fail(fmt::format("no record of series '{}'{}", name.text, did_you_mean(name.text, known)));
}

std::vector<RecordValue> Dataset::values(const Located& axis, const std::vector<Located>& series) const {
  std::vector<RecordValue> result;
  for (const Located& name : series) {
    for (const Entry& entry : this->series(name)) {
      const auto found = entry.point.find(axis.text);
      if (found == entry.point.end()) {
        std::vector<std::string> known;
        for (const auto& [key, value] : entry.point) known.push_back(key);
        axis.fail(
            fmt::format("series '{}' has no axis '{}'{}", name.text, axis.text, did_you_mean(axis.text, known)));
      }
      if (std::ranges::find(result, found->second) == result.end()) result.push_back(found->second);
    }
  }
  std::ranges::stable_sort(result, [](const RecordValue& a, const RecordValue& b) {
    const auto rank = [](const RecordValue& v) {
      return std::holds_alternative<double>(v) ? std::get<double>(v) : INFINITY;
    };
    return rank(a) < rank(b);
  });
  return result;
}

std::vector<const Entry*> Dataset::matching(const Located& series, const PointFilter& filter) const {
  const Series& all = find(series);
  std::vector<const Entry*> result;
  const std::vector<std::size_t>* fewest = nullptr;
  for (const auto& [axis, text] : filter) {
    const auto places = all.places.find(axis);
    if (places == all.places.end()) return {};
    const auto at = places->second.find(text);
    if (at == places->second.end()) return {};
    if (fewest == nullptr || at->second.size() < fewest->size()) fewest = &at->second;
  }
  if (fewest == nullptr) {
    for (const Entry& entry : all.entries) result.push_back(&entry);
    return result;
  }
  for (const std::size_t i : *fewest)
    if (all.entries[i].matches(filter)) result.push_back(&all.entries[i]);
  return result;
}

Mean Dataset::mean(const Located& series, const Measure& measure, const PointFilter& filter) const {
  Mean mean{{}, matching(series, filter)};
  double sum = 0;
  bool gap = false;
  for (const Entry* entry : mean.of) {
    const std::optional<double> value = value_at(*entry, measure);
    gap = gap || !value;
    sum += value.value_or(0);
  }
  if (!gap && !mean.of.empty()) mean.value = sum / static_cast<double>(mean.of.size());
  return mean;
}

std::optional<double> Dataset::value_at(const Entry& entry, const Measure& measure) const {
  const std::optional<double> own = evaluate(measure.quantity, entry);
  if (!own || !measure.relative) return own;
  const Relative& relative = *measure.relative;
  PointFilter same_point;
  for (const auto& [axis, value] : series(relative.series).front().point) {
    const auto found = entry.point.find(axis);
    if (found == entry.point.end()) return std::nullopt;
    same_point.emplace(axis, text_of(found->second));
  }
  const std::vector<const Entry*> others = matching(relative.series, same_point);
  if (others.empty()) return std::nullopt;
  const std::optional<double> reference = evaluate(relative.of ? *relative.of : measure.quantity, *others.front());
  if (!reference) return std::nullopt;
  const double value = relative.inverse ? *reference / *own : *own / *reference;
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

void Dataset::require(const Quantity& quantity, const std::vector<Located>& series) const {
  const auto is_known = [&](const std::string& name) {
    return std::ranges::any_of(series, [&](const Located& one) {
      return std::ranges::any_of(this->series(one),
                                 [&](const Entry& entry) { return entry.record->number(name).has_value(); });
    });
  };
  for (const Expression& expression : quantity.alternatives)
    for (const std::string& name : expression.names())
      if (!is_known(name))
        expression.fail(fmt::format("no record of series {} has a number '{}'{}", names_of(series), name,
                                    suggestion(name, numbers_of(series))));
}

std::vector<std::string> Dataset::numbers_of(const std::vector<Located>& series) const {
  std::set<std::string> known;
  for (const Located& name : series)
    for (const Entry& entry : this->series(name))
      for (const auto& [key, value] : entry.record->fields())
        if (std::holds_alternative<double>(value)) known.insert(key);
  return {known.begin(), known.end()};
}

std::optional<double> evaluate(const Quantity& quantity, const Entry& entry) {
  for (const Expression& expression : quantity.alternatives) {
    if (!has_all(entry, expression)) continue;
    std::vector<double> slots;
    for (const std::string& name : expression.names()) slots.push_back(*entry.record->number(name));
    const double value = expression.evaluate(slots);
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
  }
  return std::nullopt;
}

Located for_design(const Located& name, const std::string& design) {
  constexpr std::string_view slot = "{design}";
  Located result = name;
  for (std::size_t at = result.text.find(slot); at != std::string::npos; at = result.text.find(slot, at))
    result.text.replace(at, slot.size(), design);
  return result;
}

}  // namespace tilewright
