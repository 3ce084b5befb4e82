#include <algorithm>

#include <fmt/format.h>

#include "report/plot.hpp"

namespace tilewright {

namespace {

/// What the axis along the bars must show: the length of every bar. A part without a value adds nothing.
std::vector<double> lengths(const Chart& chart) {
  std::vector<double> result;
  for (const Panel& panel : chart.panels) {
    for (std::size_t bar = 0; bar < chart.x.size(); ++bar) {
      double length = 0;
      for (const Curve& part : panel.curves) length += part.y[bar].value_or(0);
      result.push_back(length);
    }
  }
  return result;
}

/// Rows "x y x_low x_high y_low y_high" of the bars of each part; bars from top to bottom.
std::vector<std::vector<std::string>> boxes(const Panel& panel, std::size_t bars) {
  constexpr double half = 0.375;
  std::vector<std::vector<std::string>> rows(panel.curves.size());
  for (std::size_t bar = 0; bar < bars; ++bar) {
    double end = 0;
    for (std::size_t c = 0; c < panel.curves.size(); ++c) {
      const std::optional<double>& value = panel.curves[c].y[bar];
      if (!value) continue;
      const auto y = static_cast<double>(bar);
      rows[c].push_back(fmt::format("{0} {1} {2} {3} {4} {5}", end, y, end, end + *value, y - half, y + half));
      end += *value;
    }
  }
  return rows;
}

}  // namespace

Drawing draw_stacks(const Figure& figure, const ReportSpec& /*report*/, const Chart& chart) {
  constexpr int bar_height = 30;
  const auto bars = static_cast<int>(chart.x.size());
  std::size_t longest = 0;
  for (const std::string& name : chart.x_names) longest = std::max(longest, name.size());
  const PanelGrid grid(chart, 24 + 8 * static_cast<int>(longest), bar_height * bars);
  std::vector<double> at;
  for (int bar = 0; bar < bars; ++bar) at.push_back(bar);
  std::string script = begin_figure() + number_axis('x', figure.y_axis, lengths(chart)) +
                       fmt::format(
                           "unset grid\nset grid xtics lc rgb '#dddddd' lw 0.7 lt 1\n"
                           "set yrange [{}:-0.6]\nset style fill solid 1 noborder\nset format x '%g'\n"
                           "set xlabel {}\n",
                           bars - 0.4, quoted(figure.y_axis.label));
  for (std::size_t p = 0; p < chart.panels.size(); ++p) {
    const Panel& panel = chart.panels[p];
    const auto rows = boxes(panel, chart.x.size());
    std::vector<std::string> items;
    for (std::size_t c = 0; c < rows.size(); ++c) {
      if (rows[c].empty()) continue;
      script += data_block(fmt::format("c{}", c), rows[c]);
      items.push_back(fmt::format("$c{} using 1:2:3:4:5:6 with boxxyerror lc rgb {} notitle", c,
                                  quoted(panel.curves[c].color)));
    }
    const std::vector<std::string> blank(chart.x_names.size());
    script += grid.margins(p) + fmt::format("set title {}\n", quoted(panel.title)) +
              named_tics('y', at, grid.at_left(p) ? chart.x_names : blank) + plot_of(items);
  }
  script += end_figure(grid, chart.panels.front().curves, Mark::box);
  return {figure.name, canvas_width, grid.height(), script};
}

}  // namespace tilewright
