#include "sim/record/compare.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tilewright {

namespace {

std::optional<RecordValue> value_of(const Record& record, const std::string& name) {
  const RecordValue* value = record.find(name);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

std::optional<double> number_of(const std::optional<RecordValue>& value) {
  if (!value || !std::holds_alternative<double>(*value)) return std::nullopt;
  return std::get<double>(*value);
}

FieldDifference difference_of(const std::string& name, const Record& first, const Record& second) {
  FieldDifference difference{name, value_of(first, name), value_of(second, name)};
  const auto before = number_of(difference.first);
  const auto after = number_of(difference.second);
  if (before && after && *before != 0) difference.ratio = *after / *before;
  return difference;
}

// How far it is from the same; infinite from 0, nothing of what has no numbers.
double distance(const FieldDifference& difference) {
  if (difference.ratio) return std::abs(std::log(std::abs(*difference.ratio)));
  return number_of(difference.first) && number_of(difference.second) ? 0 : -1;
}

// Of a long text, what tells that it is another one.
std::string beginning_of(const std::string& text) {
  constexpr std::size_t most = 40;
  return text.size() <= most ? text : text.substr(0, most - 3) + "...";
}

Cell cell_of(const std::optional<RecordValue>& value, const std::string& name, bool exact) {
  if (!value) return {};
  if (const auto* text = std::get_if<std::string>(&*value)) return exact ? *text : beginning_of(*text);
  const double number = std::get<double>(*value);
  if (exact) return number;
  const Column column = column_of(field_of(name), name);
  return column.percent ? pretty(100 * number, dimension::number) + " %" : pretty(number, column.dimension);
}

}  // namespace

std::vector<FieldDifference> differences(const Record& first, const Record& second) {
  std::vector<FieldDifference> all;
  for (const auto& [name, value] : first.fields()) {
    FieldDifference difference = difference_of(name, first, second);
    if (difference.first != difference.second) all.push_back(std::move(difference));
  }
  for (const auto& [name, value] : second.fields())
    if (first.find(name) == nullptr) all.push_back({name, std::nullopt, value});
  std::ranges::stable_sort(all, std::greater(), distance);
  return all;
}

Table table_of(const std::vector<FieldDifference>& differences, bool exact) {
  Table table{{{"field"}, {"first"}, {"second"}, {"second_over_first"}}, {}};
  for (const FieldDifference& each : differences)
    table.rows.push_back({each.name, cell_of(each.first, each.name, exact), cell_of(each.second, each.name, exact),
                          each.ratio ? Cell(*each.ratio) : Cell()});
  return table;
}

}  // namespace tilewright
