#include "report/report_keys.hpp"
#include "report/spec_parts.hpp"

namespace tilewright {

namespace {

TableColumn parse_column(const Yaml& map) {
  map.only(names_of(table_column_keys()));
  TableColumn column;
  column.label = map.at("label").text();
  column.series = located(map.at("series"));
  column.measure = {parse_quantity(map.at("value")), parse_relative(map)};
  column.digits = static_cast<int>(map.at("digits").integer(0, 9));
  if (const auto percent = map.find("percent")) column.percent = percent->boolean();
  column.suffix = text_or_empty(map, "suffix");
  return column;
}

TableGroup parse_group(const Yaml& map) {
  map.only(names_of(table_group_keys()));
  TableGroup group{map.at("title").text(), {}};
  for (const Yaml& column : map.at("columns").items()) group.columns.push_back(parse_column(column));
  if (group.columns.empty()) map.at("columns").fail("expected at least one column");
  return group;
}

}  // namespace

ReportTable parse_table(const Yaml& map, const ReportSpec& report) {
  map.only(names_of(table_keys()));
  ReportTable table{
      map.at("title").text(), map.at("caption").text(), parse_designs(map, report), parse_at(map), {}};
  for (const Yaml& group : map.at("groups").items()) table.groups.push_back(parse_group(group));
  return table;
}

}  // namespace tilewright
