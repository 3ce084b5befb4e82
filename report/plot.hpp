// A figure as panels of equal size and a legend, each panel as commands of gnuplot. layout.hpp puts them together:
// all on one canvas, or each on its own, which a narrow page can put below each other.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "report/chart.hpp"
#include "report/scale.hpp"

namespace tilewright {

/// A script without terminal and output, which gnuplot.hpp adds. Lengths are pixels.
struct Drawing {
  std::string name;
  int width = 0;
  int height = 0;
  std::string script;
};

/// What of a panel a reader can point at, from 0 to 1 across the panel and up: a point, or a rectangle.
struct Target {
  double left = 0;
  double right = 0;
  double low = 0;
  double high = 0;
  std::size_t curve = 0;  ///< of the panel of the chart
  std::size_t point = 0;  ///< of the curve
};

struct PanelPlot {
  std::string title;
  std::string script;              ///< axes, data and labels
  std::vector<std::string> items;  ///< what is plotted, in order
  std::vector<Target> targets;
  bool has_points =
      false;  ///< some that are too many to point at; without these and targets a panel says that it is empty
};

/// What stands for a curve in the legend: commands of its line and marker, or of its box and the hatch above it.
struct LegendItem {
  std::string label;
  std::string line;
  std::string marker;
  std::vector<std::string> boxes;
};

struct Plot {
  std::string name;
  std::string x_label;
  std::string y_label;
  double tics_left = 0;  ///< room for the labels of tics
  double tics_below = 20;
  int width = 0;   ///< of a panel with everything around it
  int height = 0;  ///< of what is within the axes
  std::vector<PanelPlot> panels;
  std::vector<LegendItem> legend;

  [[nodiscard]] double left() const;
  [[nodiscard]] double top() const;
  [[nodiscard]] double below() const;
  [[nodiscard]] double area_width() const;
  /// Of a panel with everything around it.
  [[nodiscard]] int full_height() const;
};

/// By the kind of the figure.
Plot plot(const Figure& figure, const ReportSpec& report, const Chart& chart);

Plot plot_lines(const Figure& figure, const ReportSpec& report, const Chart& chart);
Plot plot_bars(const Figure& figure, const ReportSpec& report, const Chart& chart);
Plot plot_stacks(const Figure& figure, const ReportSpec& report, const Chart& chart);
Plot plot_scatter(const Figure& figure, const ReportSpec& report, const Chart& chart);
Plot plot_map(const Figure& figure, const ReportSpec& report, const Chart& chart);

/// With the width that suits the number of panels, and room left of them for a scale's labels.
Plot begin_plot(const Figure& figure, const Chart& chart, const Scale& vertical, int height);
/// With the title of the panel, both axes and the lines of their tics: "x", "y" or "xy".
PanelPlot begin_panel(const Panel& panel, const Scale& x, const Scale& y, const std::string& grid);

/// A text in single quotes, in which gnuplot reads nothing but itself.
std::string quoted(const std::string& text);
/// With all digits; NaN for a gap, at which lines break.
std::string digits(const std::optional<double>& value);
/// A named block of rows, for `plot $name`.
std::string data_block(const std::string& name, const std::vector<std::string>& rows);
/// "plot a, b", or a plot of nothing if there are no items: axes are drawn all the same.
std::string plot_of(const std::vector<std::string>& items);

/// How a curve's line and its points look. Dashes and markers differ as colours do.
std::string line_style(const Curve& curve);
std::string marker_style(const Curve& curve);
/// How boxes of the n-th curve look: a colour, and above it the hatch, of which the first curve has none.
std::vector<std::string> box_styles(const Curve& curve, std::size_t n);
/// Adds `data`, rows of "x y left right low high", as boxes of the n-th curve.
void add_boxes(PanelPlot& panel, const Curve& curve, std::size_t n, const std::vector<std::string>& data);
/// The legend of lines, and of boxes.
std::vector<LegendItem> line_legend(const std::vector<Curve>& curves);
std::vector<LegendItem> box_legend(const std::vector<Curve>& curves);

/// All values of y (or x) in all panels.
std::vector<double> values_of(const Chart& chart, std::vector<std::optional<double>> Curve::*which);

}  // namespace tilewright
