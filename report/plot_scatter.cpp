#include <fmt/format.h>

#include "report/plot.hpp"

namespace tilewright {

namespace {

/// The names of the points, above the uppermost curve: the curves are near each other along x.
std::string point_labels(const Chart& chart, const Panel& panel) {
  std::string script = "unset label\n";
  for (std::size_t i = 0; i < chart.x.size(); ++i) {
    const Curve* upper = nullptr;
    for (const Curve& curve : panel.curves)
      if (curve.x[i] && curve.y[i] && (upper == nullptr || *curve.y[i] > *upper->y[i])) upper = &curve;
    if (upper != nullptr)
      script += fmt::format("set label {} at {},{} left offset 0.8,0.6 textcolor rgb '#444444'\n",
                            quoted(chart.x_names[i]), *upper->x[i], *upper->y[i]);
  }
  return script;
}

}  // namespace

Drawing draw_scatter(const Figure& figure, const ReportSpec& /*report*/, const Chart& chart) {
  const PanelGrid grid(chart, 84, 360);
  std::string script = begin_figure() + number_axis('x', figure.x_axis, values_of(chart, &Curve::x)) +
                       number_axis('y', figure.y_axis, values_of(chart, &Curve::y)) +
                       fmt::format("set grid xtics ytics lc rgb '#dddddd' lw 0.7 lt 1\nset xlabel {}\n",
                                   quoted(figure.x_axis.label));
  for (std::size_t p = 0; p < chart.panels.size(); ++p) {
    const Panel& panel = chart.panels[p];
    std::vector<std::string> items;
    for (std::size_t c = 0; c < panel.curves.size(); ++c) {
      const Curve& curve = panel.curves[c];
      std::vector<std::string> rows;
      for (std::size_t i = 0; i < chart.x.size(); ++i)
        rows.push_back(digits(curve.x[i]) + " " + digits(curve.y[i]));
      script += data_block(fmt::format("c{}", c), rows);
      items.push_back(figure.steps ? fmt::format("$c{} using 1:2 with steps {} notitle", c, line_style(curve))
                                   : fmt::format("$c{} using 1:2 with linespoints {} {} notitle", c,
                                                 line_style(curve), marker_style(curve)));
    }
    if (!figure.steps) script += point_labels(chart, panel);
    if (p == 0) script += grid.left_label(figure.y_axis.label);
    script += grid.margins(p) + fmt::format("set title {}\n", quoted(panel.title)) +
              fmt::format("set format y {}\n", grid.at_left(p) ? "'%g'" : "''") + plot_of(items);
  }
  script += end_figure(grid, chart.panels.front().curves, figure.steps ? Mark::box : Mark::line);
  return {figure.name, canvas_width, grid.height(), script};
}

}  // namespace tilewright
