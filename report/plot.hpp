// Figures as gnuplot scripts. A figure is a grid of panels of equal size under a strip with the legend, so that the
// legend covers no data; lengths are in pixels of the canvas.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "report/chart.hpp"

namespace tilewright {

/// A script without terminal and output, which gnuplot.hpp adds.
struct Drawing {
  std::string name;
  int width = 0;
  int height = 0;
  std::string script;
};

/// By the kind of the figure.
Drawing draw(const Figure& figure, const ReportSpec& report, const Chart& chart);

Drawing draw_lines(const Figure& figure, const ReportSpec& report, const Chart& chart);
Drawing draw_bars(const Figure& figure, const ReportSpec& report, const Chart& chart);
Drawing draw_stacks(const Figure& figure, const ReportSpec& report, const Chart& chart);
Drawing draw_scatter(const Figure& figure, const ReportSpec& report, const Chart& chart);

inline constexpr int canvas_width = 1000;
inline constexpr int legend_row_height = 22;

/// Where the panels lie: in one row up to four, else in two. The labels of the vertical axis stand left of the
/// first column only.
struct PanelGrid {
  int columns = 1;
  int rows = 1;
  int left = 70;
  int top = 44;  ///< the legend's strip
  int panel_height = 220;

  PanelGrid(const Chart& chart, int left, int panel_height);
  [[nodiscard]] int height() const;
  [[nodiscard]] bool at_left(std::size_t panel) const;
  /// Commands that put the next plot into a panel.
  [[nodiscard]] std::string margins(std::size_t panel) const;
  /// The label of the vertical axis, in the middle of the left edge.
  [[nodiscard]] std::string left_label(const std::string& label) const;
};

/// Commands of every figure's beginning.
std::string begin_figure();

/// A text in single quotes, in which gnuplot reads nothing but itself.
std::string quoted(const std::string& text);
/// With all digits; NaN for a gap, at which lines break.
std::string digits(const std::optional<double>& value);
/// A named block of rows, for `plot $name`.
std::string data_block(const std::string& name, const std::vector<std::string>& rows);
/// "plot a, b", or a plot of nothing if there are no items: axes are drawn all the same.
std::string plot_of(const std::vector<std::string>& items);
/// Range, scale and tics of axis 'x' or 'y' over all values that any panel shows. A linear one has 0 in it.
std::string number_axis(char axis, const NumberAxis& style, const std::vector<double>& values);
/// Tics of axis 'x' or 'y' with names.
std::string named_tics(char axis, const std::vector<double>& at, const std::vector<std::string>& names);
/// How a curve's line and its points look.
std::string line_style(const Curve& curve);
std::string marker_style(const Curve& curve);
/// What a curve looks like in the legend.
enum class Mark { line, box };

/// Commands of every figure's end, which draw the legend.
std::string end_figure(const PanelGrid& grid, const std::vector<Curve>& curves, Mark mark);

/// How many rows the legend takes.
int legend_rows(const std::vector<Curve>& curves);

/// All values of y (or x) in all panels.
std::vector<double> values_of(const Chart& chart, std::vector<std::optional<double>> Curve::*which);

}  // namespace tilewright
