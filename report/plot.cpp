#include "report/plot.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr double label_height = 20;
constexpr double tic_length = 8;  // with the gap to its label
constexpr double right_margin = 16;

/// Later curves are thinner, so that those which they cover show at their sides.
double rank(const Curve& curve) { return static_cast<double>(curve.marker); }

/// On a telephone of 390 pixels a panel is scaled to about 360: letters of 13 pixels stay above 9.
constexpr int widest = 500;
int width_for(std::size_t panels) { return panels <= 2 || panels == 4 ? widest : 345; }

}  // namespace

double Plot::left() const { return tics_left + (y_label.empty() ? 8 : 12 + label_height); }

double Plot::top() const {
  const auto has_title = [](const PanelPlot& panel) { return !panel.title.empty(); };
  return std::ranges::any_of(panels, has_title) ? 28 : 10;
}

double Plot::below() const { return tics_below + tic_length + (x_label.empty() ? 0 : label_height); }

double Plot::area_width() const { return width - left() - right_margin; }

int Plot::full_height() const { return static_cast<int>(top() + height + below()); }

Plot plot(const Figure& figure, const ReportSpec& report, const Chart& chart) {
  switch (figure.kind) {
    case Figure::Kind::lines:
      return plot_lines(figure, report, chart);
    case Figure::Kind::bars:
      return plot_bars(figure, report, chart);
    case Figure::Kind::stacks:
      return plot_stacks(figure, report, chart);
    case Figure::Kind::map:
      return plot_map(figure, report, chart);
    default:
      return plot_scatter(figure, report, chart);
  }
}

Plot begin_plot(const Figure& figure, const Chart& chart, const Scale& vertical, int height) {
  Plot plot;
  plot.name = figure.name;
  plot.tics_left = vertical.widest_label() + 6;
  plot.y_label = figure.y_axis.label;
  constexpr double long_labels = 110;
  plot.width = plot.tics_left > long_labels ? widest : width_for(chart.panels.size());
  plot.height = height;
  return plot;
}

PanelPlot begin_panel(const Panel& panel, const Scale& x, const Scale& y, const std::string& grid) {
  PanelPlot result{panel.title, x.commands('x') + y.commands('y'), {}, {}};
  for (const char axis : grid) result.script += fmt::format("set grid {}tics lc rgb '#dddddd' lw 0.7 lt 1\n", axis);
  return result;
}

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char letter : text) {
    if (letter == '\'') result += '\'';
    result += static_cast<unsigned char>(letter) < ' ' ? ' ' : letter;
  }
  return result + "'";
}

std::string digits(const std::optional<double>& value) { return value ? fmt::format("{}", *value) : "NaN"; }

std::string data_block(const std::string& name, const std::vector<std::string>& rows) {
  return fmt::format("${} << EOD\n{}\nEOD\n", name, fmt::join(rows, "\n"));
}

std::string plot_of(const std::vector<std::string>& items) {
  return items.empty() ? "plot NaN notitle\n" : fmt::format("plot {}\n", fmt::join(items, ", "));
}

std::string line_style(const Curve& curve) {
  static constexpr std::array<const char*, 6> dashes = {"1",          "(14,4)",         "(5,4)",
                                                        "(14,4,2,4)", "(14,4,2,4,2,4)", "(2,3)"};
  return fmt::format("lc rgb {} lw {:.2f} dt {}", quoted(curve.color), std::max(1.4, 3.0 - 0.4 * rank(curve)),
                     dashes[curve.marker % dashes.size()]);
}

std::string marker_style(const Curve& curve) {
  // Filled ones first, and different, so that curves differ without colour too.
  static constexpr std::array<int, 10> markers = {7, 5, 9, 11, 13, 6, 4, 8, 10, 12};
  return fmt::format("pt {} ps {:.2f}", markers[curve.marker % markers.size()],
                     std::max(0.6, 1.05 - 0.08 * rank(curve)));
}

std::vector<std::string> box_styles(const Curve& curve, std::size_t n) {
  static constexpr std::array<int, 6> hatches = {0, 5, 4, 1, 6, 7};
  std::vector<std::string> styles = {
      fmt::format("lc rgb {} fs solid 1 border lc rgb '#444444'", quoted(curve.color))};
  if (const int hatch = hatches[n % hatches.size()]; hatch != 0)
    styles.push_back(fmt::format("lc rgb '#ffffff' fs transparent pattern {} noborder", hatch));
  return styles;
}

void add_boxes(PanelPlot& panel, const Curve& curve, std::size_t n, const std::vector<std::string>& data) {
  if (data.empty()) return;
  panel.script += data_block(fmt::format("c{}", n), data);
  for (const std::string& style : box_styles(curve, n))
    panel.items.push_back(fmt::format("$c{} using 1:2:3:4:5:6 with boxxyerror {} notitle", n, style));
}

std::vector<LegendItem> line_legend(const std::vector<Curve>& curves) {
  std::vector<LegendItem> legend;
  for (const Curve& curve : curves)
    legend.push_back({curve.label,
                      line_style(curve),
                      fmt::format("lc rgb {} {}", quoted(curve.color), marker_style(curve)),
                      {}});
  return legend;
}

std::vector<LegendItem> box_legend(const std::vector<Curve>& curves) {
  std::vector<LegendItem> legend;
  for (std::size_t c = 0; c < curves.size(); ++c)
    legend.push_back({curves[c].label, "", "", box_styles(curves[c], c)});
  return legend;
}

std::vector<double> values_of(const Chart& chart, std::vector<std::optional<double>> Curve::*which) {
  std::vector<double> result;
  for (const Panel& panel : chart.panels)
    for (const Curve& curve : panel.curves)
      for (const std::optional<double>& value : curve.*which)
        if (value) result.push_back(*value);
  return result;
}

}  // namespace tilewright
