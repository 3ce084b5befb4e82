#include <fmt/format.h>

#include "report/plot.hpp"

namespace tilewright {

Drawing draw_bars(const Figure& figure, const ReportSpec& report, const Chart& chart) {
  constexpr double group = 0.8;  // of the distance between groups
  const PanelGrid grid(chart, 70, 220);
  std::vector<double> at;
  for (std::size_t i = 0; i < chart.x.size(); ++i) at.push_back(static_cast<double>(i));
  std::string script = begin_figure() + number_axis('y', figure.y_axis, values_of(chart, &Curve::y)) +
                       named_tics('x', at, chart.x_names) + grid.left_label(figure.y_axis.label) +
                       fmt::format("set xlabel {}\nset xrange [-0.6:{}]\nset style fill solid 1 noborder\n",
                                   quoted(label_of(figure.x->text, report)), static_cast<double>(at.size()) - 0.4);
  for (std::size_t p = 0; p < chart.panels.size(); ++p) {
    const std::vector<Curve>& curves = chart.panels[p].curves;
    const double width = group / static_cast<double>(curves.size());
    std::vector<std::string> items;
    for (std::size_t c = 0; c < curves.size(); ++c) {
      std::vector<std::string> rows;
      for (std::size_t i = 0; i < at.size(); ++i)
        rows.push_back(fmt::format("{} {}", at[i] - group / 2 + width * (static_cast<double>(c) + 0.5),
                                   digits(curves[c].y[i])));
      script += data_block(fmt::format("c{}", c), rows);
      items.push_back(fmt::format("$c{} using 1:2:({}) with boxes lc rgb {} notitle", c, width * 0.92,
                                  quoted(curves[c].color)));
    }
    script += grid.margins(p) + fmt::format("set title {}\n", quoted(chart.panels[p].title)) +
              fmt::format("set format y {}\n", grid.at_left(p) ? "'%g'" : "''") + plot_of(items) +
              "unset label 100\n";
  }
  script += end_figure(grid, chart.panels.front().curves, Mark::box);
  return {figure.name, canvas_width, grid.height(), script};
}

}  // namespace tilewright
