#include "explore/store/export.hpp"

#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/error.hpp"
#include "common/file.hpp"

namespace tilewright {

namespace {

constexpr std::size_t rows_at_once = 256;

Table empty_table(const std::vector<std::string>& names) {
  Table table;
  for (const std::string& name : names) table.columns.push_back({name});
  return table;
}

// A table's text without its head where that is written already.
void write_rows(Table& table, bool with_head, FileWriter& writer) {
  const std::string text = table.str(Table::Format::csv);
  writer.write(with_head ? std::string_view(text) : std::string_view(text).substr(text.find('\n') + 1));
  table.rows.clear();
}

std::size_t write_csv(const Store& store, const std::string& study, FileWriter& writer) {
  Table table = empty_table(store.names_of(study));
  std::map<std::string, std::size_t> columns;
  for (std::size_t i = 0; i < table.columns.size(); ++i) columns.emplace(table.columns[i].name, i);
  std::size_t count = 0;
  store.for_each(study, [&](const Record& record) {
    std::vector<Cell> row(columns.size());
    for (const auto& [name, value] : record.fields())
      std::visit([&cell = row.at(columns.at(name))](const auto& v) { cell = v; }, value);
    table.rows.push_back(std::move(row));
    ++count;
    if (table.rows.size() == rows_at_once) write_rows(table, count == rows_at_once, writer);
  });
  if (!table.rows.empty() || count == 0) write_rows(table, count < rows_at_once, writer);
  return count;
}

std::size_t write_json_lines(const Store& store, const std::string& study, FileWriter& writer) {
  std::size_t count = 0;
  store.for_each(study, [&](const Record& record) {
    writer.write(to_json_line(record) + '\n');
    ++count;
  });
  return count;
}

std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::size_t write_json(const Store& store, const StoredStudy& study, FileWriter& writer) {
  writer.write(fmt::format("{{\n \"study\": {}", quoted(study.name)));
  for (const auto& [name, value] : study.provenance)
    if (name != "study" && name != "records") writer.write(fmt::format(",\n {}: {}", quoted(name), quoted(value)));
  writer.write(",\n \"records\": [");
  std::size_t count = 0;
  store.for_each(study.name, [&](const Record& record) {
    writer.write((count++ == 0 ? "\n  " : ",\n  ") + to_json_line(record));
  });
  writer.write(count == 0 ? "]\n}\n" : "\n ]\n}\n");
  return count;
}

}  // namespace

void require_export_format(const std::filesystem::path& file) {
  const std::string ending = file.extension().string();
  if (ending == ".csv" || ending == ".json" || ending == ".jsonl") return;
  if (ending == ".parquet")
    throw InputError({file.string()}, "",
                     "Parquet is written from Python: tilewright.read_store(STORE).to_parquet(FILE)");
  throw InputError({file.string()}, "", "expected a name that ends in .csv, .json or .jsonl");
}

std::size_t export_study(const Store& store, const StoredStudy& study, const std::filesystem::path& file) {
  require_export_format(file);
  FileWriter writer(file);
  const std::string ending = file.extension().string();
  const std::size_t count = ending == ".csv"    ? write_csv(store, study.name, writer)
                            : ending == ".json" ? write_json(store, study, writer)
                                                : write_json_lines(store, study.name, writer);
  writer.commit();
  return count;
}

}  // namespace tilewright
