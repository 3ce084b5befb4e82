#include "sim/record/record.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace tilewright {

namespace {

bool is_known(const RecordValue& value) {
  const double* number = std::get_if<double>(&value);
  return number == nullptr || std::isfinite(*number);
}

}  // namespace

void Record::add(std::string name, RecordValue value) {
  if (!is_known(value)) return;
  fields_.emplace_back(std::move(name), std::move(value));
}

void Record::set(const std::string& name, RecordValue value) {
  const auto found = std::ranges::find(fields_, name, &std::pair<std::string, RecordValue>::first);
  if (found == fields_.end()) {
    add(name, std::move(value));
  } else if (is_known(value)) {
    found->second = std::move(value);
  } else {
    fields_.erase(found);
  }
}

const RecordValue* Record::find(const std::string& name) const {
  const auto found = std::ranges::find(fields_, name, &std::pair<std::string, RecordValue>::first);
  return found == fields_.end() ? nullptr : &found->second;
}

std::optional<double> Record::number(const std::string& name) const {
  const RecordValue* value = find(name);
  if (value == nullptr || !std::holds_alternative<double>(*value)) return std::nullopt;
  return std::get<double>(*value);
}

std::string Record::text(const std::string& name) const {
  const RecordValue* value = find(name);
  return value != nullptr && std::holds_alternative<std::string>(*value) ? std::get<std::string>(*value) : "";
}

Table to_table(const std::vector<Record>& records) {
  Table table;
  std::map<std::string, std::size_t> columns;
  for (const Record& record : records)
    for (const auto& [name, value] : record.fields())
      if (columns.try_emplace(name, table.columns.size()).second) table.columns.push_back({name, {}, false});
  for (const Record& record : records) {
    std::vector<Cell> row(table.columns.size());
    for (const auto& [name, value] : record.fields())
      std::visit([&cell = row[columns.at(name)]](const auto& v) { cell = v; }, value);
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace tilewright
