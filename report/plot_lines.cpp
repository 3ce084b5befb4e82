#include <fmt/format.h>

#include "report/plot.hpp"

namespace tilewright {

namespace {

/// Numbers where all are, on the axis's own scale; else places 1, 2, 3, ...
std::vector<double> positions(const Chart& chart) {
  std::vector<double> numbers;
  std::vector<double> places;
  for (const RecordValue& value : chart.x) {
    if (const double* number = std::get_if<double>(&value)) numbers.push_back(*number);
    places.push_back(static_cast<double>(places.size() + 1));
  }
  return numbers.size() == chart.x.size() ? numbers : places;
}

int log_base_of(const std::string& axis, const ReportSpec& report) {
  const auto style = report.axes.find(axis);
  return style == report.axes.end() ? 0 : style->second.log_base;
}

}  // namespace

Plot plot_lines(const Figure& figure, const ReportSpec& report, const Chart& chart) {
  const std::vector<double> at = positions(chart);
  const Scale y = number_scale(figure.y_axis, values_of(chart, &Curve::y));
  Plot plot = begin_plot(figure, chart, y, 220);
  plot.x_label = label_of(figure.x->text, report);
  plot.legend = line_legend(chart.panels.front().curves);
  const Scale x = named_scale(at, chart.x_names, log_base_of(figure.x->text, report)).thinned(plot.area_width());
  for (const Panel& panel : chart.panels) {
    PanelPlot result = begin_panel(panel, x, y, "y");
    for (std::size_t c = 0; c < panel.curves.size(); ++c) {
      const Curve& curve = panel.curves[c];
      std::vector<std::string> rows;
      for (std::size_t i = 0; i < at.size(); ++i) {
        rows.push_back(fmt::format("{} {}", at[i], digits(curve.y[i])));
        if (!curve.y[i]) continue;
        const double across = x.share(at[i]);
        const double up = y.share(*curve.y[i]);
        result.targets.push_back({across, across, up, up, c, i});
      }
      result.script += data_block(fmt::format("c{}", c), rows);
      result.items.push_back(fmt::format("$c{} using 1:2 with lines {} notitle", c, line_style(curve)));
      result.items.push_back(fmt::format("$c{} using 1:2 with points lc rgb {} {} notitle", c, quoted(curve.color),
                                         marker_style(curve)));
    }
    plot.panels.push_back(std::move(result));
  }
  return plot;
}

}  // namespace tilewright
