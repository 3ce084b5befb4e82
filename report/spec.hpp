// What a report shows, as data: a YAML file that names series, fields and axes of result records. Nothing here
// knows a study; read strictly, with every refusal at its place.
//
//   report:
//     name, title, study
//     axes:     {seq_len: {label, unit, scale: linear|log2|log10, names: {1024: 1K}}}
//     designs:  {key: {label, color}}            what `{design}` in the name of a series stands for
//     page:     a list of {heading: text}, {text: paragraphs}, {table: ...}, {figure: ...} and {picture: ...}
//
// A value is an expression over the numbers of a record, or a list of them of which the first counts whose numbers
// the record has. `relative_to: SERIES` with `as: ratio` (this / other) or `as: speedup` (other / this) compares
// with the record of SERIES at the same point; `of:` compares with another value of it.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/expression.hpp"
#include "common/yaml.hpp"

namespace tilewright {

/// A text of the spec and where it stands, for messages about it.
struct Located {
  std::string text;
  Place place;
  std::string key_path;
  [[noreturn]] void fail(std::string_view message) const;
};

/// Alternatives: the first whose numbers a record has. Each is bound to its own names(), in their order.
struct Quantity {
  std::vector<Expression> alternatives;
};

struct Relative {
  Located series;              ///< may hold {design}
  bool inverse = false;        ///< speedup: other / this
  std::optional<Quantity> of;  ///< of the other record; else the same quantity
};

struct Measure {
  Quantity quantity;
  std::optional<Relative> relative;
};

/// Which records: all points of the series, of which `at` fixes axes and `mean_over` averages (arithmetic mean).
struct RecordSelection {
  Located series;                    ///< may hold {design}
  std::vector<std::string> designs;  ///< keys, in order of drawing
  std::vector<std::pair<Located, std::string>> at;
  std::vector<Located> mean_over;
};

/// A drawn axis with numbers.
struct NumberAxis {
  std::string label;
  int log_base = 0;      ///< 0: linear
  bool percent = false;  ///< fractions drawn as percentages
  std::optional<double> least;
  std::optional<double> most;
  std::optional<Located> range = {};  ///< where these two are from
  bool more_is_better = false;        ///< pareto
};

/// A piece of a stacked bar.
struct Part {
  std::string label;
  std::string color;
  Quantity quantity;
};

/// A roof of a roofline: a rate, or where `slope` holds a rate by intensity. Each value of the records is a roof.
struct Roof {
  std::string label;
  Quantity quantity;
  bool slope = false;
};

/// lines: y over the axis x, a line per curve. bars: groups of bars over the axis x, a bar per curve. stacks: one
/// horizontal bar per design, or per value of the axis x, made of parts. map: a cell for each value of the axes x
/// and curves, its value as a colour and a number. Of two quantities: scatter, a line per curve through the values
/// of the axis x; pareto, a point per record, and the front of those that no other beats in both; roofline, a point
/// per record below the roofs. A curve is a design, or a value of the axis `curves`. `panels` makes a panel for
/// each value of an axis.
struct Figure {
  enum class Kind { lines, bars, stacks, scatter, map, pareto, roofline } kind = Kind::lines;
  std::string name;  ///< of its file
  std::string title;
  std::string caption;
  RecordSelection selection;
  std::optional<Located> panels;
  std::optional<Located> curves;  ///< of a map: its rows
  std::optional<Located> x;  ///< lines, bars, stacks and maps: an axis; scatter: the axis that names the points
  std::optional<Quantity> x_quantity;  ///< scatter, pareto and roofline
  std::vector<Located> points;         ///< pareto and roofline: axes that name a point; none: all that vary
  bool steps = false;                  ///< scatter: a value holds until the next point, and points have no names
  NumberAxis x_axis;                   ///< scatter, pareto and roofline
  NumberAxis y_axis;                   ///< stacks: the axis along the bars; maps: the values of the cells
  Measure measure;                     ///< stacks: only its `relative`
  std::vector<Part> parts;             ///< stacks
  std::vector<Roof> roofs;             ///< roofline

  /// Whether there is a point per record.
  [[nodiscard]] bool is_cloud() const { return kind == Kind::pareto || kind == Kind::roofline; }
};

struct TableColumn {
  std::string label;
  Located series;  ///< may hold {design}
  Measure measure;
  int digits = 2;
  bool percent = false;
  std::string suffix;
};

struct TableGroup {
  std::string title;
  std::vector<TableColumn> columns;
};

/// A row per design; a cell is the arithmetic mean over the points of the column's series that `at` leaves.
struct ReportTable {
  std::string title;
  std::string caption;
  std::vector<std::string> designs;
  std::vector<std::pair<Located, std::string>> at;
  std::vector<TableGroup> groups;
};

struct Heading {
  std::string text;
};

/// Paragraphs, parted by empty lines.
struct Prose {
  std::string text;
};

/// An SVG that another command drew: a waterfall of `simulate`, a map of `mask`.
struct GivenPicture {
  Located file;  ///< as it is found
  std::string name;
  std::string title;
  std::string caption;
};

using Block = std::variant<Heading, Prose, ReportTable, Figure, GivenPicture>;

/// How an axis of the study is shown.
struct AxisStyle {
  std::string label;
  std::string unit;
  int log_base = 0;
  std::map<std::string, std::string> names;  ///< what to show for a value
};

struct Design {
  std::string label;
  std::string color;  ///< "#RRGGBB"
};

struct ReportSpec {
  std::string name;
  std::string title;
  std::string study;
  std::map<std::string, AxisStyle> axes;
  std::vector<std::pair<std::string, Design>> designs;
  std::vector<Block> page;

  [[nodiscard]] const Design& design(const std::string& key) const;
};

/// Throw InputError.
ReportSpec load_report(const std::filesystem::path& file);
ReportSpec parse_report(const Yaml& root);

}  // namespace tilewright
