#include "report/report_keys.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tilewright {

namespace {

using Kind = Figure::Kind;

// Of figures of these kinds; of all where there are none.
struct FigureKey {
  FileKey key;
  std::vector<Kind> kinds = {};

  [[nodiscard]] bool is_of(Kind kind) const {
    return kinds.empty() || std::ranges::find(kinds, kind) != kinds.end();
  }
};

const std::vector<FigureKey>& keys_of_figures() {
  static const std::vector<FigureKey> keys{
      {{"kind", "lines, bars, stacks, scatter, map, pareto or roofline", "what it draws"}},
      {{"name", "a-z, 0-9 and -", "of its files"}},
      {{"title", "text", "of the figure"}},
      {{"caption", "text", "below the title"}},
      {{"series", "series of the study", "whose records it shows; {design} stands for each of the designs"}},
      {{"designs", "list of designs", "some of them, for {design}; all where left out"}},
      {{"at", "map of axes", "the value of an axis that is held"}},
      {{"mean_over", "list of axes", "over which the arithmetic mean is shown"},
       {Kind::lines, Kind::bars, Kind::stacks, Kind::scatter, Kind::map}},
      {{"panels", "axis", "a panel for each of its values; one panel where left out"}},
      {{"x", "axis", "along which the values stand; of stacks, its values are the bars"},
       {Kind::lines, Kind::bars, Kind::stacks, Kind::map}},
      {{"x", "map", "an axis of numbers"}, {Kind::scatter, Kind::pareto, Kind::roofline}},
      {{"y", "map", "an axis of numbers"},
       {Kind::lines, Kind::bars, Kind::stacks, Kind::scatter, Kind::pareto, Kind::roofline}},
      {{"rows", "axis", "the cells from top to bottom"}, {Kind::map}},
      {{"cells", "map", "the numbers of the cells"}, {Kind::map}},
      {{"curves", "axis", "a curve for each of its values, where the series has no {design}"},
       {Kind::lines, Kind::bars, Kind::scatter, Kind::pareto, Kind::roofline}},
      {{"parts", "list", "of every bar, one after another"}, {Kind::stacks}},
      {{"points", "axis", "through whose values the curve goes"}, {Kind::scatter}},
      {{"points", "list of axes", "which name a point; those that vary where left out"},
       {Kind::pareto, Kind::roofline}},
      {{"steps", "true or false", "whether a value holds until the next point"}, {Kind::scatter}},
      {{"roofs", "list", "the limits above the points"}, {Kind::roofline}}};
  return keys;
}

const std::vector<FigureKey>& keys_of_values() {
  static const std::vector<FigureKey> keys{
      {{"value", "expression, or list of them", "over fields of records; of a list the first that a record has"},
       {Kind::lines, Kind::bars, Kind::scatter, Kind::map, Kind::pareto, Kind::roofline}},
      {{"label", "text", "may be left out where the value is a field"}},
      {{"scale", "linear, log2 or log10", "linear where left out"}},
      {{"percent", "true or false", "whether fractions are shown as percentages"}},
      {{"range", "[least, most]", "what is shown; all where left out"}},
      {{"relative_to", "series of the study", "whose record at the same point the value is compared with"}},
      {{"as", "speedup or ratio", "with relative_to: the other over this, or this over the other"}},
      {{"of", "expression, or list of them", "with relative_to: the value of the other record, where it differs"}},
      {{"best", "least or most", "which end of the axis is wanted; least where left out"}, {Kind::pareto}}};
  return keys;
}

const std::vector<FigureKey>& keys_of_x() {
  static const std::vector<FigureKey> keys = [] {
    std::vector<FigureKey> result;
    for (const FigureKey& each : keys_of_values())
      if (const std::string name = each.key.name; name != "relative_to" && name != "as" && name != "of")
        result.push_back({each.key, name == "best" ? each.kinds : std::vector<Kind>{}});
    return result;
  }();
  return keys;
}

std::vector<std::string> of_kind(const std::vector<FigureKey>& keys, Kind kind) {
  std::vector<std::string> names;
  for (const FigureKey& each : keys)
    if (each.is_of(kind)) names.emplace_back(each.key.name);
  return names;
}

void append_keys(Table& table, const std::string& path, const std::vector<FigureKey>& keys) {
  for (const FigureKey& each : keys) {
    std::vector<std::string> kinds;
    for (const Kind kind : each.kinds) kinds.push_back(figure_kinds()[static_cast<std::size_t>(kind)]);
    const std::string of = kinds.empty() ? "" : fmt::format("{}: ", fmt::join(kinds, ", "));
    table.rows.push_back({path + "." + each.key.name, std::string(each.key.value), of + each.key.meaning});
  }
}

}  // namespace

const std::vector<FileKey>& report_keys() {
  static const std::vector<FileKey> keys{
      {"name", "text", "of the report"},
      {"title", "text", "of the page"},
      {"study", "text", "whose results it shows"},
      {"axes", "map of axes", "how axes of the study are written; as in the study where left out"},
      {"designs", "map", "what {design} in the name of a series stands for"},
      {"page", "list", "what stands on the page, in order"}};
  return keys;
}

const std::vector<FileKey>& axis_style_keys() {
  static const std::vector<FileKey> keys{{"label", "text", "beside the axis"},
                                         {"unit", "text", "behind the label and the values"},
                                         {"scale", "linear, log2 or log10", "linear where left out"},
                                         {"names", "map", "of values that are written otherwise"}};
  return keys;
}

const std::vector<FileKey>& design_keys() {
  static const std::vector<FileKey> keys{{"label", "text", "in legends and tables"},
                                         {"color", "name of a colour", "in all figures"}};
  return keys;
}

const std::vector<FileKey>& block_keys() {
  static const std::vector<FileKey> keys{{"heading", "text", "one of these five"},
                                         {"text", "text", "paragraphs, parted by empty lines"},
                                         {"table", "map", "of means, a row for each design"},
                                         {"figure", "map", "drawn from the records"},
                                         {"picture", "map", "drawn by another command"}};
  return keys;
}

const std::vector<FileKey>& picture_keys() {
  static const std::vector<FileKey> keys{{"file", "SVG file", "beside the report"},
                                         {"name", "a-z, 0-9 and -", "of its copy"},
                                         {"title", "text", "of the picture"},
                                         {"caption", "text", "below the title"}};
  return keys;
}

const std::vector<FileKey>& table_keys() {
  static const std::vector<FileKey> keys{{"title", "text", "of the table"},
                                         {"caption", "text", "below the title"},
                                         {"designs", "list of designs", "its rows; all where left out"},
                                         {"at", "map of axes", "the value of an axis that is held"},
                                         {"groups", "list", "of columns"}};
  return keys;
}

const std::vector<FileKey>& table_group_keys() {
  static const std::vector<FileKey> keys{{"title", "text", "above the columns"},
                                         {"columns", "list", "at least one"}};
  return keys;
}

const std::vector<FileKey>& table_column_keys() {
  static const std::vector<FileKey> keys{
      {"label", "text", "of the column"},
      {"series", "series of the study", "whose records it has the mean of; {design} stands for that of the row"},
      {"value", "expression, or list of them", "over fields of records; of a list the first that a record has"},
      {"relative_to", "series of the study", "whose record at the same point the value is compared with"},
      {"as", "speedup or ratio", "with relative_to: the other over this, or this over the other"},
      {"of", "expression, or list of them", "with relative_to: the value of the other record, where it differs"},
      {"digits", "0 to 9", "after the point"},
      {"percent", "true or false", "whether fractions are shown as percentages"},
      {"suffix", "text", "behind the number"}};
  return keys;
}

const std::vector<FileKey>& part_style_keys() {
  static const std::vector<FileKey> keys{{"label", "text", "in the legend"},
                                         {"color", "name of a colour", "of the part"},
                                         {"value", "expression, or list of them", "its length"}};
  return keys;
}

const std::vector<FileKey>& roof_keys() {
  static const std::vector<FileKey> keys{{"label", "text", "beside the roof"},
                                         {"rate", "expression", "a level roof"},
                                         {"bandwidth", "expression", "in its place: a roof that is this times x"}};
  return keys;
}

const std::vector<std::string>& figure_kinds() {
  static const std::vector<std::string> kinds{"lines", "bars", "stacks", "scatter", "map", "pareto", "roofline"};
  return kinds;
}

std::vector<std::string> figure_keys(Kind kind) { return of_kind(keys_of_figures(), kind); }
std::vector<std::string> value_axis_keys(Kind kind) { return of_kind(keys_of_values(), kind); }
std::vector<std::string> x_axis_keys(Kind kind) { return of_kind(keys_of_x(), kind); }

Table table_of_report_keys() {
  Table table = table_of_keys();
  append_keys(table, "report", report_keys());
  append_keys(table, "report.axes.AXIS", axis_style_keys());
  append_keys(table, "report.designs.DESIGN", design_keys());
  append_keys(table, "report.page[]", block_keys());
  append_keys(table, "report.page[].figure", keys_of_figures());
  append_keys(table, "report.page[].figure.y", keys_of_values());
  append_keys(table, "report.page[].figure.x", keys_of_x());
  append_keys(table, "report.page[].figure.parts[]", part_style_keys());
  append_keys(table, "report.page[].figure.roofs[]", roof_keys());
  append_keys(table, "report.page[].table", table_keys());
  append_keys(table, "report.page[].table.groups[]", table_group_keys());
  append_keys(table, "report.page[].table.groups[].columns[]", table_column_keys());
  append_keys(table, "report.page[].picture", picture_keys());
  return table;
}

}  // namespace tilewright
