#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/command.hpp"
#include "cli/log.hpp"
#include "cli/series_summary.hpp"
#include "common/error.hpp"
#include "explore/analysis/best.hpp"
#include "explore/analysis/mean.hpp"
#include "explore/analysis/sensitivity.hpp"
#include "explore/store/field_rows.hpp"

namespace tilewright::cli {

namespace {

struct Arguments {
  std::string store;
  std::string study;
  std::vector<std::string> series;
  std::string pareto;
  std::string best;
  std::string mean;
  std::string sensitivity;
  std::vector<std::string> by;
};

using Sections = std::vector<std::pair<std::string, Table>>;

Cell cell_of(const std::optional<RecordValue>& value) {
  if (!value) return {};
  return std::visit([](const auto& v) { return Cell(v); }, *value);
}

Cell cell_of(const std::optional<double>& value) { return value ? Cell(*value) : Cell(); }

void note_without(std::size_t count, std::size_t all, const std::string& what) {
  if (count > 0) log_warning(fmt::format("{} of {} points have no value of {}", count, all, what));
}

Column column_named(const std::string& name) { return column_of(field_of(name), name); }

// What a row is called, and some of its fields.
class RowTable {
 public:
  RowTable(const std::vector<Record>& rows, std::vector<std::string> first, const std::vector<std::string>& fields)
      : rows_(rows), names_(std::move(first)) {
    const auto add = [&](const std::string& name) {
      if (std::ranges::find(names_, name) == names_.end()) names_.push_back(name);
    };
    add("series");
    for (const std::string& axis : axes_of(rows)) add(axis);
    for (const std::string& field : fields) add(field);
    for (const std::string& name : names_) table_.columns.push_back(column_named(name));
  }

  // `key`: of the first columns, where there is no row.
  void add(std::optional<std::size_t> row, const GroupKey& key, const std::vector<Cell>& more = {}) {
    const GroupKey cells = row ? key_of(rows_[*row], names_) : key;
    std::vector<Cell>& line = table_.rows.emplace_back();
    for (const auto& cell : cells) line.push_back(cell_of(cell));
    line.resize(names_.size());
    line.insert(line.end(), more.begin(), more.end());
  }

  Table& table() { return table_; }

 private:
  const std::vector<Record>& rows_;
  std::vector<std::string> names_;
  Table table_;
};

std::vector<std::string> fields_of(const std::vector<Aim>& aims) {
  std::vector<std::string> fields;
  for (const Aim& aim : aims) fields.push_back(aim.field);
  return fields;
}

Table pareto_table(const std::vector<Record>& rows, const std::vector<Aim>& aims) {
  const ParetoSet set = pareto_set(rows, aims);
  note_without(set.without_value, rows.size(), fmt::format("{}", fmt::join(fields_of(aims), ", ")));
  RowTable table(rows, {}, fields_of(aims));
  for (const std::size_t row : set.rows) table.add(row, {});
  return table.table();
}

Table best_table(const std::vector<Record>& rows, const Aim& aim, const std::vector<std::string>& by) {
  RowTable table(rows, by, {aim.field});
  for (const char* name : {"points", "without_value", "equal"}) table.table().columns.push_back({name});
  std::size_t without = 0;
  for (const BestOfGroup& best : best_of(rows, aim, by)) {
    const auto row = best.equal > 0 ? std::optional(best.row) : std::nullopt;
    table.add(
        row, best.key,
        {static_cast<double>(best.rows), static_cast<double>(best.without_value), static_cast<double>(best.equal)});
    without += best.without_value;
  }
  note_without(without, rows.size(), aim.field);
  return table.table();
}

Table mean_table(const std::vector<Record>& rows, const MeanOf& mean, const std::vector<std::string>& by) {
  Table table;
  for (const std::string& name : by) table.columns.push_back(column_named(name));
  for (const char* name : {"values", "without_value"}) table.columns.push_back({name});
  table.columns.push_back(column_of(field_of(mean.field), mean.field));
  std::size_t without = 0;
  for (const GroupMean& group : means_of(rows, mean, by)) {
    std::vector<Cell>& line = table.rows.emplace_back();
    for (const auto& value : group.key) line.push_back(cell_of(value));
    line.insert(line.end(), {Cell(static_cast<double>(group.values)),
                             Cell(static_cast<double>(group.without_value)), cell_of(group.mean)});
    without += group.without_value;
  }
  note_without(without, rows.size(), mean.field);
  return table;
}

std::string text_of(SensitivityBy by) {
  if (by == SensitivityBy::sobol) return "Sobol blocks";
  return by == SensitivityBy::bins ? "bins" : "one at a time";
}

Table sensitivity_table(const std::vector<Record>& rows, const std::string& field) {
  Table table{
      {{"series"}, {"axis"}, {"by"}, {"groups"}, {"ratio"}, {"least"}, {"most"}, {"first_order"}, {"total"}}, {}};
  const Sensitivity sensitivity = sensitivity_of(rows, field);
  for (const AxisSensitivity& axis : sensitivity.axes)
    table.rows.push_back({axis.series, axis.axis, text_of(axis.by), static_cast<double>(axis.groups),
                          cell_of(axis.ratio), cell_of(axis.least), cell_of(axis.most), cell_of(axis.first_order),
                          cell_of(axis.total)});
  note_without(sensitivity.without_value, rows.size(), field);
  return table;
}

// Of the series as a whole: what `sweep` prints at its end.
// Every field that is asked for, once.
std::vector<std::string> wanted_fields(const Arguments& arguments) {
  std::vector<std::string> fields = arguments.by;
  const auto add = [&](const std::string& field) { fields.push_back(field); };
  if (!arguments.pareto.empty())
    for (const Aim& aim : parse_aims(arguments.pareto)) add(aim.field);
  if (!arguments.best.empty()) add(parse_aim(arguments.best).field);
  if (!arguments.mean.empty()) add(parse_mean(arguments.mean).field);
  if (!arguments.sensitivity.empty()) add(arguments.sensitivity);
  return fields;
}

Sections sections_of(const Arguments& arguments, const std::vector<Record>& rows) {
  Sections sections;
  if (!arguments.pareto.empty()) sections.emplace_back("pareto", pareto_table(rows, parse_aims(arguments.pareto)));
  if (!arguments.best.empty())
    sections.emplace_back("best", best_table(rows, parse_aim(arguments.best), arguments.by));
  if (!arguments.mean.empty())
    sections.emplace_back("mean", mean_table(rows, parse_mean(arguments.mean), arguments.by));
  if (!arguments.sensitivity.empty())
    sections.emplace_back("sensitivity", sensitivity_table(rows, arguments.sensitivity));
  return sections;
}

Table summary_table(const Store& store, const std::string& study, const std::vector<std::string>& series) {
  require_series(store, study, series);
  SeriesSummary summary;
  for_each_row(store, study, SeriesSummary::fields(store), [&](const Record& row) {
    if (series.empty() || std::ranges::count(series, row.text("series")) > 0) summary.add(row);
  });
  return summary.table();
}

}  // namespace

Action add_summarize(Verb& verb) {
  const auto arguments = std::make_shared<Arguments>();
  verb.add_option("store", arguments->store, "folder that sweep wrote, or a store")->required();
  verb.add_option("--study", arguments->study, "one of several in the store");
  verb.add_option("--series", arguments->series, "these series alone")->allow_extra_args(false);
  verb.add_option("--pareto", arguments->pareto,
                  "points that no other beats in FIELD,FIELD,...; max:FIELD: the larger");
  verb.add_option("--best", arguments->best, "the best point in FIELD, or max:FIELD, of each group of --by");
  verb.add_option("--mean", arguments->mean,
                  "KIND:FIELD over each group of --by; arithmetic, geometric or harmonic");
  verb.add_option("--by", arguments->by, "field that makes groups, such as series or point.AXIS; several times")
      ->allow_extra_args(false);
  verb.add_option("--sensitivity", arguments->sensitivity, "how much FIELD depends on each axis");
  verb.footer("Without any of these: means over the points of each series.");
  return [arguments](const Options& options) {
    if (!arguments->by.empty() && arguments->best.empty() && arguments->mean.empty())
      throw InputError("--by: expected --best or --mean as well");
    const Store store = Store::open(store_file(arguments->store));
    const std::string study = store.study(arguments->study).name;
    const std::vector<std::string> wanted = wanted_fields(*arguments);
    const Sections sections = wanted.empty()
                                  ? Sections{{"series", summary_table(store, study, arguments->series)}}
                                  : sections_of(*arguments, read_rows(store, study, wanted, arguments->series));
    sections.size() == 1 ? print(sections.front().second, options) : print_sections(sections, options);
    return static_cast<int>(done);
  };
}

}  // namespace tilewright::cli
