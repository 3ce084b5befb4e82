#include "report/shown_table.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "common/table.hpp"
#include "report/chart.hpp"

namespace tilewright {

namespace {

class Maker {
 public:
  Maker(const ReportTable& table, const ReportSpec& report, const Dataset& data)
      : table_(table), report_(report), data_(data) {}

  ShownTable make() {
    ShownTable shown{"", table_.title, "", "Design", {}, {}, {}};
    for (const TableGroup& group : table_.groups) {
      shown.groups.push_back({group.title, group.columns.size()});
      for (const TableColumn& column : group.columns) {
        require(column.measure, column.series, table_.designs, data_);
        shown.columns.push_back(column.label);
      }
    }
    for (const std::string& key : table_.designs) shown.rows.push_back(row(key));
    shown.caption = table_.caption + " " + note();
    return shown;
  }

 private:
  ShownRow row(const std::string& key) {
    const Design& design = report_.design(key);
    ShownRow row{design.label, design.color, {}};
    for (const TableGroup& group : table_.groups)
      for (const TableColumn& column : group.columns) row.cells.push_back(cell(column, key));
    return row;
  }

  ShownCell cell(const TableColumn& column, const std::string& key) {
    const Located series = for_design(column.series, key);
    const Mean mean = data_.mean(series, for_design(column.measure, key), make_filter(table_.at, {series}, data_));
    if (!mean.value) return {};
    least_ = most_ == 0 ? mean.of.size() : std::min(least_, mean.of.size());
    most_ = std::max(most_, mean.of.size());
    const double value = *mean.value * (column.percent ? 100 : 1);
    return {fmt::format("{:.{}f}{}", value, column.digits, column.suffix), value};
  }

  /// How many points are behind the cells.
  [[nodiscard]] std::string note() const {
    return least_ == most_ ? fmt::format("Each cell is the arithmetic mean over {} points.", most_)
                           : fmt::format("Each cell is the arithmetic mean over {} to {} points.", least_, most_);
  }

  const ReportTable& table_;
  const ReportSpec& report_;
  const Dataset& data_;
  std::size_t least_ = 0;
  std::size_t most_ = 0;
};

}  // namespace

ShownTable show(const ReportTable& table, const ReportSpec& report, const Dataset& data) {
  return Maker(table, report, data).make();
}

std::string csv_of(const ShownTable& table) {
  Table csv{{{table.of_rows.empty() ? "row" : table.of_rows}}, {}};
  std::size_t column = 0;
  const std::vector<ShownGroup> one = {{"", table.columns.size()}};
  for (const ShownGroup& group : table.groups.empty() ? one : table.groups)
    for (std::size_t i = 0; i < group.columns; ++i)
      csv.columns.push_back(
          {group.title.empty() ? table.columns[column++] : group.title + ": " + table.columns[column++]});
  for (const ShownRow& row : table.rows) {
    std::vector<Cell> cells = {row.label};
    for (const ShownCell& cell : row.cells) {
      if (cell.number) {
        cells.emplace_back(*cell.number);
      } else {
        cells.push_back(cell.text.empty() ? Cell() : Cell(cell.text));
      }
    }
    csv.rows.push_back(std::move(cells));
  }
  return csv.str(Table::Format::csv);
}

}  // namespace tilewright
