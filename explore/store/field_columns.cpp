#include "explore/store/field_columns.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/error.hpp"
#include "common/nearest.hpp"

namespace tilewright {

namespace {

using nlohmann::ordered_json;
using sqlite::Statement;

constexpr std::array reserved = {"id", "shape", "more"};

std::string dumped(const ordered_json& json) {
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::vector<std::string> field_names(const Record& record) {
  std::vector<std::string> names;
  for (const auto& [name, value] : record.fields()) names.push_back(name);
  return names;
}

bool has_names(const Record& record, const std::vector<std::string>& names) {
  return std::ranges::equal(record.fields(), names, {}, &std::pair<std::string, RecordValue>::first);
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) (text += name) += '\0';
  return text;
}

// A column of type REAL keeps 0 as a whole number, which has no sign.
bool is_minus_zero(const RecordValue& value) {
  const double* number = std::get_if<double>(&value);
  return number != nullptr && *number == 0 && std::signbit(*number);
}

std::string_view type_of(const std::string& name) {
  switch (field_of(name).kind) {
    case ValueKind::number:
      return " REAL";
    case ValueKind::text:
      return " TEXT";
    default:
      return "";
  }
}

RecordValue value_of(const Statement& row, int column) {
  if (row.is_text(column)) return std::string(row.text(column));
  return row.number(column);
}

RecordValue value_of(const ordered_json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_number() ? value.get<double>() : std::nan("");
}

}  // namespace

FieldColumns::FieldColumns(const sqlite::Database& database, WideTable table)
    : database_(&database), table_(std::move(table)) {
  load_columns();
}

void FieldColumns::fail(const std::string& why) const { throw InputError({database_->file().string()}, "", why); }

void FieldColumns::forget() {
  last_ = nullptr;
  by_names_.clear();
  shapes_.clear();
  columns_.clear();
  taken_.clear();
  grew_ = false;
}

std::vector<std::string> FieldColumns::columns() const {
  Statement fields(*database_, "SELECT \"column\" FROM fields WHERE of = ? AND \"column\" IS NOT NULL ORDER BY id");
  fields.bind(1, table_.name);
  std::vector<std::string> names;
  while (fields.step()) names.emplace_back(fields.text(0));
  return names;
}

void FieldColumns::load_columns() {
  columns_.clear();
  taken_.clear();
  taken_.insert(reserved.begin(), reserved.end());
  taken_.insert(table_.own.begin(), table_.own.end());
  Statement fields(*database_, "SELECT name, \"column\" FROM fields WHERE of = ? ORDER BY id");
  fields.bind(1, table_.name);
  while (fields.step()) {
    columns_.emplace(fields.text(0), fields.is_null(1) ? std::nullopt : ColumnName(fields.text(1)));
    if (!fields.is_null(1)) taken_.insert(nearest::lower(fields.text(1)));
  }
}

void FieldColumns::add_column(const std::string& name) {
  ColumnName column;
  if (taken_.size() < table_.most + table_.own.size() + reserved.size()) {
    column = name;
    for (int i = 2; taken_.contains(nearest::lower(*column)); ++i) column = fmt::format("{}#{}", name, i);
    database_->run(
        fmt::format("ALTER TABLE {} ADD COLUMN {}{}", table_.name, sqlite::quoted(*column), type_of(name)));
    taken_.insert(nearest::lower(*column));
    grew_ = true;
  }
  Statement add(*database_, "INSERT INTO fields(of, name, \"column\") VALUES(?, ?, ?)");
  add.bind(1, table_.name).bind(2, name);
  if (column) add.bind(3, *column);
  add.run();
  columns_.emplace(name, column);
}

void FieldColumns::require_columns(const Record& record) {
  const auto has = [&](const auto& field) { return columns_.contains(field.first); };
  if (std::ranges::all_of(record.fields(), has)) return;
  load_columns();  // another process may have added them
  for (const auto& [name, value] : record.fields())
    if (!columns_.contains(name)) add_column(name);
}

FieldColumns::Shape& FieldColumns::keep(std::int64_t id, std::vector<std::string> names) {
  auto shape = std::make_unique<Shape>();
  shape->id = id;
  shape->names = std::move(names);
  for (const std::string& name : shape->names) {
    shape->fields.push_back(&field_of(name));
    shape->columns.push_back(columns_.at(name));
  }
  by_names_[joined(shape->names)] = shape.get();
  return *(shapes_[id] = std::move(shape));
}

FieldColumns::Shape& FieldColumns::find_or_add(const Record& record) {
  require_columns(record);
  std::vector<std::string> names = field_names(record);
  const std::string text = dumped(names);
  Statement add(*database_, "INSERT OR IGNORE INTO shapes(names) VALUES(?)");
  add.bind(1, text).run();
  Statement find(*database_, "SELECT id FROM shapes WHERE names = ?");
  find.bind(1, text).step();
  const std::int64_t id = find.integer(0);
  find.reset();
  return keep(id, std::move(names));
}

FieldColumns::Shape& FieldColumns::shape_of(const Record& record) {
  if (last_ != nullptr && has_names(record, last_->names)) return *last_;
  const auto found = by_names_.find(joined(field_names(record)));
  last_ = found == by_names_.end() ? &find_or_add(record) : found->second;
  return *last_;
}

FieldColumns::Shape& FieldColumns::load(std::int64_t id) {
  if (const auto found = shapes_.find(id); found != shapes_.end()) return *found->second;
  Statement find(*database_, "SELECT names FROM shapes WHERE id = ?");
  if (!find.bind(1, id).step()) fail(fmt::format("is damaged: it has no shape {}", id));
  const auto names = nlohmann::json::parse(find.text(0), nullptr, false);
  find.reset();
  if (!names.is_array()) fail(fmt::format("is damaged: shape {} is no list of names", id));
  load_columns();
  for (const nlohmann::json& name : names) {
    if (!name.is_string() || !columns_.contains(name.get<std::string>()))
      fail(fmt::format("is damaged: a field of shape {} has no column", id));
    if (find_field(name.get<std::string>()) == nullptr)
      fail(
          fmt::format("records have a field '{}' that this version does not know; the version that wrote them does",
                      name.get<std::string>()));
  }
  return keep(id, names.get<std::vector<std::string>>());
}

std::string FieldColumns::insert_text(const Shape& shape) const {
  std::string columns;
  std::string values;
  for (const std::string& own : table_.own) columns += own + ", ";
  columns += "shape, more";
  std::size_t count = table_.own.size() + 2;
  for (const ColumnName& column : shape.columns) {
    if (!column) continue;
    columns += ", " + sqlite::quoted(*column);
    ++count;
  }
  for (std::size_t i = 0; i < count; ++i) values += i == 0 ? "?" : ", ?";
  return fmt::format("INSERT OR IGNORE INTO {}({}) VALUES({})", table_.name, columns, values);
}

std::string FieldColumns::select_text(const Shape& shape) const {
  std::string columns = "more";
  for (const ColumnName& column : shape.columns)
    if (column) columns += ", " + sqlite::quoted(*column);
  std::string keys;
  for (std::size_t i = 0; i < table_.keys; ++i) keys += (i == 0 ? "" : " AND ") + table_.own[i] + " = ?";
  return fmt::format("SELECT {} FROM {} WHERE {}", columns, table_.name, keys);
}

void FieldColumns::insert(const Record& record, const Bind& bind) {
  Shape& shape = shape_of(record);
  if (!shape.insert) shape.insert.emplace(*database_, insert_text(shape));
  Statement& row = *shape.insert;
  bind(row);
  const int more_at = static_cast<int>(table_.own.size()) + 2;
  int at = more_at;
  row.bind(more_at - 1, shape.id);
  ordered_json more;
  for (std::size_t i = 0; i < shape.names.size(); ++i) {
    const RecordValue& value = record.fields()[i].second;
    if (!shape.columns[i] || is_minus_zero(value))
      std::visit([&](const auto& v) { more[shape.names[i]] = v; }, value);
    if (shape.columns[i]) std::visit([&, at = ++at](const auto& v) { row.bind(at, v); }, value);
  }
  const std::string more_text = more.is_null() ? "" : dumped(more);
  more.is_null() ? row.bind_null(more_at) : row.bind(more_at, more_text);
  row.run();
}

void FieldColumns::read(std::int64_t shape_id, const Bind& bind, const Take& take) {
  Shape& shape = load(shape_id);
  if (!shape.select) shape.select.emplace(*database_, select_text(shape));
  Statement& row = *shape.select;
  bind(row);
  if (!row.step()) fail(fmt::format("is damaged: a row of '{}' is missing", table_.name));
  const auto more = row.is_null(0) ? ordered_json() : ordered_json::parse(row.text(0), nullptr, false);
  int at = 0;
  for (std::size_t i = 0; i < shape.names.size(); ++i) {
    const std::string& name = shape.names[i];
    const int column = shape.columns[i] ? ++at : 0;
    const bool is_more = more.is_object() && more.contains(name);
    if (!is_more && (column == 0 || row.is_null(column)))
      fail(fmt::format("is damaged: a row of '{}' lacks '{}'", table_.name, name));
    RecordValue value = is_more ? value_of(more[name]) : value_of(row, column);
    if (!is_of_kind(value, shape.fields[i]->kind))
      fail(fmt::format("is damaged: a value of '{}' is of another kind", name));
    take(*shape.fields[i], name, std::move(value));
  }
  row.reset();
}

}  // namespace tilewright
