#include <algorithm>

#include <fmt/format.h>

#include "report/chart.hpp"
#include "report/html.hpp"

namespace tilewright {

namespace {

std::string shown(const Mean& mean, const TableColumn& column) {
  if (!mean.value) return "";
  const double value = *mean.value * (column.percent ? 100 : 1);
  return escape_html(fmt::format("{:.{}f}{}", value, column.digits, column.suffix));
}

/// The first column of a group has a line at its left.
const char* class_of(const TableGroup& group, const TableColumn& column) {
  return &column == &group.columns.front() ? " class=\"first\"" : "";
}

std::string header(const ReportTable& table) {
  std::string groups = "<tr><td></td>";
  std::string labels = "<tr><th></th>";
  for (const TableGroup& group : table.groups) {
    groups += fmt::format("<th class=\"group first\" colspan=\"{}\" scope=\"colgroup\">{}</th>",
                          group.columns.size(), escape_html(group.title));
    for (const TableColumn& column : group.columns)
      labels += fmt::format("<th{} scope=\"col\">{}</th>", class_of(group, column), escape_html(column.label));
  }
  return "<thead>\n" + groups + "</tr>\n" + labels + "</tr>\n</thead>\n";
}

class Rows {
 public:
  Rows(const ReportTable& table, const ReportSpec& report, const Dataset& data)
      : table_(table), report_(report), data_(data) {}

  std::string html() {
    std::string rows = "<tbody>\n";
    for (const std::string& key : table_.designs) rows += row(key);
    return rows + "</tbody>\n";
  }

  /// How many points are behind the cells.
  [[nodiscard]] std::string note() const {
    return least_ == most_ ? fmt::format("Each cell is the arithmetic mean over {} points.", most_)
                           : fmt::format("Each cell is the arithmetic mean over {} to {} points.", least_, most_);
  }

 private:
  std::string row(const std::string& key) {
    const Design& design = report_.design(key);
    std::string row =
        fmt::format("<tr><th scope=\"row\"><span class=\"swatch\" style=\"background:{}\"></span>{}</th>",
                    design.color, escape_html(design.label));
    for (const TableGroup& group : table_.groups)
      for (const TableColumn& column : group.columns)
        row += fmt::format("<td{}>{}</td>", class_of(group, column), cell(column, key));
    return row + "</tr>\n";
  }

  std::string cell(const TableColumn& column, const std::string& key) {
    const Located series = for_design(column.series, key);
    const Mean mean = data_.mean(series, for_design(column.measure, key), make_filter(table_.at, {series}, data_));
    if (mean.value) {
      least_ = most_ == 0 ? mean.count : std::min(least_, mean.count);
      most_ = std::max(most_, mean.count);
    }
    return shown(mean, column);
  }

  const ReportTable& table_;
  const ReportSpec& report_;
  const Dataset& data_;
  int least_ = 0;
  int most_ = 0;
};

}  // namespace

std::string html_table(const ReportTable& table, const ReportSpec& report, const Dataset& data) {
  for (const TableGroup& group : table.groups)
    for (const TableColumn& column : group.columns) require(column.measure, column.series, table.designs, data);
  Rows rows(table, report, data);
  const std::string body = rows.html();
  return fmt::format(
      "<figure>\n<figcaption><b>{}.</b> {} {}</figcaption>\n<div class=\"scroll\"><table>\n{}{}</table></div>\n"
      "</figure>\n",
      escape_html(table.title), escape_html(table.caption), rows.note(), header(table), body);
}

}  // namespace tilewright
