#include "cli/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tilewright::cli {

namespace {

Cell cell(const Record& record, const std::string& name) {
  const RecordValue* value = record.find(name);
  if (value == nullptr) return {};
  return std::visit([](const auto& v) { return Cell(v); }, *value);
}

// Without columns that are empty in every row.
Table filled(Table table) {
  for (std::size_t c = table.columns.size(); c-- > 1;) {
    const auto is_empty = [&](const std::vector<Cell>& row) {
      return std::holds_alternative<std::monostate>(row[c]);
    };
    if (!std::ranges::all_of(table.rows, is_empty)) continue;
    table.columns.erase(table.columns.begin() + static_cast<std::ptrdiff_t>(c));
    for (std::vector<Cell>& row : table.rows) row.erase(row.begin() + static_cast<std::ptrdiff_t>(c));
  }
  return table;
}

// The fields of every unit, say: "unit.U." and what follows it.
struct Section {
  std::string item;
  std::vector<const char*> values;
};

const std::vector<Section> sections{
    {"unit.U.", {"utilisation", "busy_s", "energy_J"}},
    {"level.L.", {"read_B", "write_B", "time_s", "energy_J", "used_B", "capacity_B"}},
    {"share.S.", {"time_s", "of_time"}},
    {"group.G.", {"tiles", "tile_cycles", "tile_cycles_by_resource", "tile_cycles_by_recurrence"}},
    {"einsum.E.", {"unit", "points", "cycles", "energy_J"}},
};

std::string table_of(const Record& record, const Section& section) {
  const std::string kind = section.item.substr(0, section.item.find('.'));
  Table table{{{kind}}, {}};
  for (const char* value : section.values)
    table.columns.push_back(column_of(field_of(section.item + value), value));
  for (const std::string& name : names_below(record, kind + ".")) {
    std::vector<Cell> row{name};
    for (const char* value : section.values) row.push_back(cell(record, kind + "." + name + "." + value));
    table.rows.push_back(std::move(row));
  }
  const Table shown = filled(std::move(table));
  const bool names_alone = shown.columns.size() == 1;
  return shown.rows.empty() || names_alone ? "" : shown.str(Table::Format::table);
}

std::string line(const std::string& label, const std::string& text) {
  return text.empty() ? "" : fmt::format("{:<10} {}\n", label, text);
}

std::string quantity(const Record& record, const std::string& name) {
  const auto value = record.number(name);
  return value ? pretty(*value, column_of(field_of(name), name).dimension) : "";
}

// Behind a time: " (90 %: 198 us to 268 us; from 142 judged rows: fused on machine, masked, few launches)".
std::string interval_text(const Record& record) {
  const auto share = record.number("interval.share");
  if (!share && record.find("interval.of") == nullptr) return "";
  if (!share) return " (" + record.text("interval.of") + ")";
  return fmt::format(" ({:.0f} %: {} to {}; from {:.0f} judged rows: {})", 100 * *share,
                     quantity(record, "time_low_s"), quantity(record, "time_high_s"),
                     *record.number("interval.rows"), record.text("interval.of"));
}

std::string bound_line(const Record& record) {
  const auto ratio = record.number("bound.ratio");
  if (!ratio) return "";
  return fmt::format("{} ({}); the time is {:.2f} times that", quantity(record, "bound.time_s"),
                     record.text("bound.resource"), *ratio);
}

// What the floor of a call is: launches, and the passes that each call has.
std::string call_line(const Record& record) {
  const std::string name = record.text("call.name");
  if (name.empty()) return "";
  std::string text = fmt::format("{}; {} launches take {}", name, *record.number("call.launches"),
                                 quantity(record, "share.launch.time_s"));
  for (const std::string& pass : names_below(record, "pass."))
    text += fmt::format(", {} {}", pass, quantity(record, "pass." + pass + ".time_s"));
  return text;
}

// Of a fused kernel: what a paper or a benchmark says of it.
std::string rate_line(const Record& record) {
  const auto flop_per_s = record.number("kernel.flop_per_s");
  if (!flop_per_s) return "";
  return fmt::format("{:.4g} TFLOP/s over the pairs of the mask, {:.1f} % of the peak", *flop_per_s * 1e-12,
                     *record.number("kernel.of_peak") * 100);
}

std::string blocks_line(const Record& record) {
  const auto number = [&](const char* name) { return record.number(std::string("kernel.") + name).value_or(0); };
  if (number("blocks") == 0) return "";
  std::string text = fmt::format("Q {} by KV {}; {:.0f} blocks, {:.0f} at once on a multiprocessor: {:.4g} waves",
                                 record.text("kernel.q_tile"), record.text("kernel.kv_tile"), number("blocks"),
                                 number("occupancy"), number("waves"));
  if (number("splits") != 1) text += fmt::format("; {:.4g} splits", number("splits"));
  return text;
}

}  // namespace

std::string summary_of(const Record& record) {
  std::string text = line("workload", record.text("workload") + ", " + record.text("cascade"));
  text += line("requests", record.text("requests.lengths"));
  text += line("arch", record.text("arch"));
  text += line("mapping", record.text("mapping"));
  text += line("time", quantity(record, "time_s") + interval_text(record));
  if (const auto cycles = record.number("cycles")) text += line("cycles", fmt::format("{:.6g}", *cycles));
  text += line("rate", rate_line(record));
  text += line("tiles", blocks_line(record));
  text += line("energy", quantity(record, "energy_J"));
  text += line("power", quantity(record, "power_W"));
  if (const auto edp = record.number("edp_Js")) text += line("EDP", fmt::format("{:.4g} J s", *edp));
  text += line("area", quantity(record, "area_m2"));
  text += line("call", call_line(record));
  text += line("bound by", record.text("binding"));
  text += line("at least", bound_line(record));
  text += line("warning", record.text("warnings"));
  for (const Section& section : sections)
    if (const std::string table = table_of(record, section); !table.empty()) text += "\n" + table;
  return text + "\n";
}

}  // namespace tilewright::cli
