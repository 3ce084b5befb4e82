#include <algorithm>

#include <fmt/format.h>

#include "report/plot.hpp"

namespace tilewright {

namespace {

constexpr double group = 0.8;  // of the distance between groups

/// Names that do not fit beside each other stand upright.
bool names_fit(const std::vector<std::string>& names, double width) {
  double widest = 0;
  for (const std::string& name : names) widest = std::max(widest, label_width(name));
  return (widest + 8) * static_cast<double>(names.size()) <= width;
}

}  // namespace

Plot plot_bars(const Figure& figure, const ReportSpec& report, const Chart& chart) {
  std::vector<double> at;
  for (std::size_t i = 0; i < chart.x.size(); ++i) at.push_back(static_cast<double>(i));
  const Scale y = number_scale(figure.y_axis, values_of(chart, &Curve::y));
  Plot plot = begin_plot(figure, chart, y, 220);
  plot.x_label = label_of(figure.x->text, report);
  plot.legend = box_legend(chart.panels.front().curves);
  Scale x = named_scale(at, chart.x_names, 0);
  x.least = -0.6;
  x.most = static_cast<double>(at.size()) - 0.4;
  const bool upright = !names_fit(chart.x_names, plot.area_width());
  if (upright) plot.tics_below = x.widest_label() + 6;
  for (const Panel& panel : chart.panels) {
    PanelPlot result = begin_panel(panel, x, y, "y");
    result.script += upright ? x.commands('x', true) : "";
    const double width = group / static_cast<double>(panel.curves.size());
    const double base = y.log_base > 0 ? y.least : 0;
    for (std::size_t c = 0; c < panel.curves.size(); ++c) {
      std::vector<std::string> rows;
      for (std::size_t i = 0; i < at.size(); ++i) {
        const std::optional<double>& value = panel.curves[c].y[i];
        if (!value) continue;
        const double left = at[i] - group / 2 + width * (static_cast<double>(c) + 0.04);
        const double right = left + width * 0.92;
        const auto [low, high] = std::minmax(base, *value);
        rows.push_back(fmt::format("{} {} {} {} {} {}", left, low, left, right, low, high));
        result.targets.push_back({x.share(left), x.share(right), y.share(low), y.share(high), c, i});
      }
      add_boxes(result, panel.curves[c], c, rows);
    }
    plot.panels.push_back(std::move(result));
  }
  return plot;
}

}  // namespace tilewright
