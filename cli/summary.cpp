#include "cli/summary.hpp"

#include <fmt/format.h>

namespace tilewright::cli {

namespace {

Cell cell(const Record& record, const std::string& name) {
  const RecordValue* value = record.find(name);
  if (value == nullptr) return {};
  return std::visit([](const auto& v) { return Cell(v); }, *value);
}

Table section(const Record& record, const std::string& prefix, const std::vector<Column>& columns) {
  Table table{columns, {}};
  for (const std::string& name : names_below(record, prefix)) {
    std::vector<Cell> row{name};
    for (std::size_t c = 1; c < columns.size(); ++c)
      row.push_back(cell(record, prefix + name + "." + columns[c].name));
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string line(const std::string& label, const std::string& text) {
  return text.empty() ? "" : fmt::format("{:<10} {}\n", label, text);
}

std::string quantity(const Record& record, const std::string& name, const Dimension& dimension) {
  const auto value = record.number(name);
  return value ? pretty(*value, dimension) : "";
}

std::string bound_line(const Record& record) {
  const auto ratio = record.number("bound.ratio");
  if (!ratio) return "";
  return fmt::format("{} ({}); the time is {:.2f} times that", quantity(record, "bound.time_s", dimension::seconds),
                     record.text("bound.resource"), *ratio);
}

}  // namespace

std::string summary_of(const Record& record) {
  std::string text = line("workload", record.text("workload") + ", " + record.text("cascade"));
  text += line("arch", record.text("arch"));
  text += line("mapping", record.text("mapping"));
  text += line("time", quantity(record, "time_s", dimension::seconds));
  if (const auto cycles = record.number("cycles")) text += line("cycles", fmt::format("{:.6g}", *cycles));
  text += line("energy", quantity(record, "energy_J", dimension::joules));
  if (const auto edp = record.number("edp_Js")) text += line("EDP", fmt::format("{:.4g} J s", *edp));
  text += line("area", quantity(record, "area_m2", dimension::square_metres));
  text += line("bound by", record.text("binding"));
  text += line("at least", bound_line(record));
  text += line("warning", record.text("warnings"));
  text += "\n" + section(record, "unit.",
                         {{"unit", {}, false},
                          {"utilisation", {}, true},
                          {"busy_s", dimension::seconds, false},
                          {"energy_J", dimension::joules, false}})
                     .str(Table::Format::table);
  text += "\n" + section(record, "level.",
                         {{"level", {}, false},
                          {"read_B", dimension::bytes, false},
                          {"write_B", dimension::bytes, false},
                          {"time_s", dimension::seconds, false},
                          {"energy_J", dimension::joules, false},
                          {"used_B", dimension::bytes, false},
                          {"capacity_B", dimension::bytes, false}})
                     .str(Table::Format::table);
  if (!names_below(record, "share.").empty())
    text += "\n" + section(record, "share.",
                           {{"share", {}, false}, {"time_s", dimension::seconds, false}, {"of_time", {}, true}})
                       .str(Table::Format::table);
  if (names_below(record, "einsum.").empty()) return text + "\n";
  text += "\n" + section(record, "einsum.",
                         {{"einsum", {}, false},
                          {"unit", {}, false},
                          {"points", {}, false},
                          {"cycles", {}, false},
                          {"energy_J", dimension::joules, false}})
                     .str(Table::Format::table);
  return text + "\n";
}

}  // namespace tilewright::cli
