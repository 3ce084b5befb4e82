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

std::string x_axis(const Figure& figure, const ReportSpec& report, const Chart& chart,
                   const std::vector<double>& at) {
  const auto style = report.axes.find(figure.x->text);
  const int base = style == report.axes.end() ? 0 : style->second.log_base;
  std::string script = named_tics('x', at, chart.x_names);
  script += fmt::format("set xlabel {}\n", quoted(label_of(figure.x->text, report)));
  const double first = at.front();
  const double last = at.back();
  if (base > 0 && first > 0) {
    const double room = 1.4;
    return script + fmt::format("set logscale x {}\nset xrange [{}:{}]\n", base, first / room, last * room);
  }
  const double room = first == last ? 1 : (last - first) / 20;
  return script + fmt::format("set xrange [{}:{}]\n", first - room, last + room);
}

}  // namespace

Drawing draw_lines(const Figure& figure, const ReportSpec& report, const Chart& chart) {
  const PanelGrid grid(chart, 70, 220);
  const std::vector<double> at = positions(chart);
  std::string script = begin_figure() + number_axis('y', figure.y_axis, values_of(chart, &Curve::y)) +
                       x_axis(figure, report, chart, at) + grid.left_label(figure.y_axis.label);
  for (std::size_t p = 0; p < chart.panels.size(); ++p) {
    const Panel& panel = chart.panels[p];
    std::vector<std::string> items;
    for (std::size_t c = 0; c < panel.curves.size(); ++c) {
      std::vector<std::string> rows;
      for (std::size_t i = 0; i < at.size(); ++i)
        rows.push_back(fmt::format("{} {}", at[i], digits(panel.curves[c].y[i])));
      script += data_block(fmt::format("c{}", c), rows);
      items.push_back(fmt::format("$c{} using 1:2 with linespoints {} {} notitle", c, line_style(panel.curves[c]),
                                  marker_style(panel.curves[c])));
    }
    script += grid.margins(p) + fmt::format("set title {}\n", quoted(panel.title)) +
              fmt::format("set format y {}\n", grid.at_left(p) ? "'%g'" : "''") + plot_of(items) +
              "unset label 100\n";
  }
  script += end_figure(grid, chart.panels.front().curves, Mark::line);
  return {figure.name, canvas_width, grid.height(), script};
}

}  // namespace tilewright
