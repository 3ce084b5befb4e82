#include <algorithm>

#include <fmt/format.h>

#include "report/plot.hpp"

namespace tilewright {

namespace {

constexpr double half = 0.375;  // of a bar, where the distance of bars is 1

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

/// The parts of one bar, each as boxes of its own curve; bars from top to bottom.
void add_bar(PanelPlot& result, const Panel& panel, std::size_t bar, const Scale& x, const Scale& y,
             std::vector<std::vector<std::string>>& rows) {
  const auto middle = static_cast<double>(bar);
  double end = 0;
  for (std::size_t c = 0; c < panel.curves.size(); ++c) {
    const std::optional<double>& value = panel.curves[c].y[bar];
    if (!value) continue;
    rows[c].push_back(
        fmt::format("{0} {1} {2} {3} {4} {5}", end, middle, end, end + *value, middle - half, middle + half));
    if (*value > 0)
      result.targets.push_back(
          {x.share(end), x.share(end + *value), y.share(middle + half), y.share(middle - half), c, bar});
    end += *value;
  }
}

}  // namespace

Plot plot_stacks(const Figure& figure, const ReportSpec& report, const Chart& chart) {
  constexpr int bar_height = 28;
  constexpr std::size_t most_letters = 22;
  std::vector<double> at;
  std::vector<std::string> names;
  for (std::size_t bar = 0; bar < chart.x.size(); ++bar) {
    at.push_back(static_cast<double>(bar));
    const std::string& name = chart.x_names[bar];
    names.push_back(name.size() <= most_letters ? name : name.substr(0, most_letters - 1) + "…");
  }
  Scale y = named_scale(at, names, 0);
  y.least = static_cast<double>(at.size()) - 0.4;
  y.most = -0.6;
  Plot plot = begin_plot(figure, chart, y, std::max(2, static_cast<int>(at.size())) * bar_height);
  const Scale x = number_scale(figure.y_axis, lengths(chart)).thinned(plot.area_width());
  plot.x_label = figure.y_axis.label;
  plot.y_label = figure.x ? label_of(figure.x->text, report) : "";
  plot.legend = box_legend(chart.panels.front().curves);
  for (const Panel& panel : chart.panels) {
    PanelPlot result = begin_panel(panel, x, y, "x");
    std::vector<std::vector<std::string>> rows(panel.curves.size());
    for (std::size_t bar = 0; bar < at.size(); ++bar) add_bar(result, panel, bar, x, y, rows);
    for (std::size_t c = 0; c < rows.size(); ++c) add_boxes(result, panel.curves[c], c, rows[c]);
    plot.panels.push_back(std::move(result));
  }
  return plot;
}

}  // namespace tilewright
