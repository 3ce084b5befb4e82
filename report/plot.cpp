#include "report/plot.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr int right_margin = 24;
constexpr int panel_gap = 26;
constexpr int title_height = 28;
constexpr int below_panel = 56;  // tics and label of the horizontal axis
constexpr int legend_row = 22;

/// Of 13-pixel letters; the strip must not be too low, but may be too high.
int legend_rows(const std::vector<Curve>& curves) {
  std::size_t pixels = 0;
  for (const Curve& curve : curves) pixels += 60 + 8 * curve.label.size();
  return static_cast<int>(pixels / canvas_width) + 1;
}

/// The next of 1, 2, 2.5, 4, 5 or 8 times a power of ten, that is not below the value.
double round_above(double value) {
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (const double step : {1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0})
    if (step * power >= value) return step * power;
  return 10 * power;
}

}  // namespace

Drawing draw(const Figure& figure, const ReportSpec& report, const Chart& chart) {
  switch (figure.kind) {
    case Figure::Kind::lines:
      return draw_lines(figure, report, chart);
    case Figure::Kind::bars:
      return draw_bars(figure, report, chart);
    case Figure::Kind::stacks:
      return draw_stacks(figure, report, chart);
    default:
      return draw_scatter(figure, report, chart);
  }
}

PanelGrid::PanelGrid(const Chart& chart, int left, int panel_height) : left(left), panel_height(panel_height) {
  const auto panels = static_cast<int>(chart.panels.size());
  rows = panels > 4 ? 2 : 1;
  columns = (panels + rows - 1) / rows;
  top = 12 + legend_row * legend_rows(chart.panels.front().curves);
}

int PanelGrid::height() const { return top + rows * (title_height + panel_height + below_panel); }

bool PanelGrid::at_left(std::size_t panel) const { return static_cast<int>(panel) % columns == 0; }

std::string PanelGrid::margins(std::size_t panel) const {
  const int column = static_cast<int>(panel) % columns;
  const int row = static_cast<int>(panel) / columns;
  const double width = (canvas_width - left - right_margin - (columns - 1.0) * panel_gap) / columns;
  const double begin = left + column * (width + panel_gap);
  const double upper = top + title_height + row * (title_height + panel_height + below_panel);
  const auto x = [](double pixels) { return pixels / canvas_width; };
  const auto y = [this](double pixels) { return 1 - pixels / height(); };
  return fmt::format(
      "set lmargin at screen {:.5f}\nset rmargin at screen {:.5f}\n"
      "set tmargin at screen {:.5f}\nset bmargin at screen {:.5f}\n",
      x(begin), x(begin + width), y(upper), y(upper + panel_height));
}

std::string PanelGrid::left_label(const std::string& label) const {
  const double middle = top + (height() - top - below_panel + title_height) / 2.0;
  return fmt::format("set label 1 {} at screen {:.5f},{:.5f} center rotate by 90\n", quoted(label),
                     14.0 / canvas_width, 1 - middle / height());
}

std::string begin_figure() {
  return "reset\n"
         "set multiplot\n"
         "set border 3 lc rgb '#444444'\n"
         "set tics nomirror out scale 0.5 textcolor rgb '#222222'\n"
         "set grid ytics lc rgb '#dddddd' lw 0.7 lt 1\n"
         "unset key\n";
}

std::string end_figure(const PanelGrid& grid, const std::vector<Curve>& curves, Mark mark) {
  std::string script = fmt::format(
      "unset label\nunset title\nunset xlabel\nunset ylabel\nunset border\nunset tics\nunset grid\nunset logscale\n"
      "set lmargin at screen 0\nset rmargin at screen 1\nset tmargin at screen 1\nset bmargin at screen 0\n"
      "set style fill solid 1 noborder\n"
      "set key at screen 0.5,{:.5f} center top horizontal Left reverse samplen 2.5 spacing 1.2\n",
      1 - 4.0 / grid.height());
  std::vector<std::string> items;
  for (std::size_t c = 0; c < curves.size(); ++c) {
    const std::string look =
        mark == Mark::line ? "linespoints " + line_style(curves[c], c) : "boxes lc rgb " + quoted(curves[c].color);
    items.push_back(fmt::format("NaN with {} title {}", look, quoted(curves[c].label)));
  }
  return script + "set xrange [0:1]\nset yrange [0:1]\n" + plot_of(items) + "unset multiplot\n";
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

std::string number_axis(char axis, const NumberAxis& style, const std::vector<double>& values) {
  double least = 0;
  double most = 1;
  std::string script = fmt::format("unset logscale {}\n", axis);
  if (style.log_base > 0) {
    script = fmt::format("set logscale {} {}\n", axis, style.log_base);
    const auto positive = [](double v) { return v > 0; };
    std::vector<double> logs;
    for (const double value : values)
      if (positive(value)) logs.push_back(std::log(value) / std::log(style.log_base));
    const auto [low, high] = std::minmax_element(logs.begin(), logs.end());
    least = logs.empty() ? 1 : std::pow(style.log_base, std::floor(*low));
    most =
        logs.empty() ? style.log_base : std::pow(style.log_base, std::max(std::ceil(*high), std::floor(*low) + 1));
  } else if (!values.empty()) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    if (*low < 0) least = -round_above(-*low);
    most = *high > 0 ? round_above(*high) : 0;
    if (least == most) most = 1;
  }
  return script +
         fmt::format("set {}range [{}:{}]\n", axis, style.least.value_or(least), style.most.value_or(most));
}

std::string named_tics(char axis, const std::vector<double>& at, const std::vector<std::string>& names) {
  std::vector<std::string> tics;
  for (std::size_t i = 0; i < at.size(); ++i) tics.push_back(fmt::format("{} {}", quoted(names[i]), at[i]));
  return fmt::format("set {}tics ({})\n", axis, fmt::join(tics, ", "));
}

std::string line_style(const Curve& curve, std::size_t n) {
  // Filled markers, so that curves differ without colour too.
  static constexpr std::array<int, 5> markers = {7, 5, 9, 11, 13};
  return fmt::format("lc rgb {} lw 2 dt 1 pt {} ps 0.8", quoted(curve.color), markers[n % markers.size()]);
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
