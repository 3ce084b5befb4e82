#include "sim/record/record.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>

namespace tilewright {

namespace {

bool is_known(const RecordValue& value) {
  const double* number = std::get_if<double>(&value);
  return number == nullptr || std::isfinite(*number);
}

}  // namespace

bool is_of_kind(const RecordValue& value, ValueKind kind) {
  return kind == ValueKind::either || std::holds_alternative<double>(value) == (kind == ValueKind::number);
}

void Record::add(std::string name, RecordValue value) {
  const Field& field = field_of(name);
  add(field, std::move(name), std::move(value));
}

void Record::add(const Field& field, std::string name, RecordValue value) {
  if (!is_of_kind(value, field.kind)) throw std::logic_error("a value of field '" + name + "' is of another kind");
  if (is_known(value)) fields_.emplace_back(std::move(name), std::move(value));
}

void Record::add_derived(const std::string& name) {
  const Formula& formula = field_of(name).formula;
  const auto left = number(operand(formula.left, name));
  const auto right = number(operand(formula.right, name));
  if (left && right) add(name, formula.operation == '*' ? *left * *right : *left / *right);
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
      if (columns.try_emplace(name, table.columns.size()).second)
        table.columns.push_back(column_of(field_of(name), name));
  for (const Record& record : records) {
    std::vector<Cell> row(table.columns.size());
    for (const auto& [name, value] : record.fields())
      std::visit([&cell = row[columns.at(name)]](const auto& v) { cell = v; }, value);
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace tilewright
