#include "report/plot.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr int right_margin = 24;
constexpr int panel_gap = 26;
constexpr int title_height = 30;
constexpr int below_panel = 54;  // tics and label of the horizontal axis

/// A step between tics, of 1, 2, 2.5 or 5 times a power of ten, with about four to a length.
double tic_step(double length) {
  const double power = std::pow(10, std::floor(std::log10(length / 5)));
  for (const double step : {1.0, 2.0, 2.5, 5.0})
    if (step * power * 5 >= length * (1 - 1e-9)) return step * power;
  return 10 * power;
}

// A figure without a single point is not what its range was given for.
void require_some_within(const NumberAxis& style, const std::vector<double>& values) {
  if (!style.range || values.empty()) return;
  const auto is_within = [&](double value) { return value >= *style.least && value <= *style.most; };
  if (std::ranges::any_of(values, is_within)) return;
  const auto [least, most] = std::ranges::minmax(values);
  style.range->fail(fmt::format("none of the values is within it; they are from {:.4g} to {:.4g}", least, most));
}

std::string log_axis(char axis, const NumberAxis& style, const std::vector<double>& values) {
  constexpr double room = 1.5;
  double least = 1;
  double most = style.log_base;
  bool any = false;
  for (const double value : values) {
    if (value <= 0) continue;
    least = any ? std::min(least, value) : value;
    most = any ? std::max(most, value) : value;
    any = true;
  }
  return fmt::format("set logscale {0} {1}\nset {0}tics auto\nset {0}range [{2}:{3}]\n", axis, style.log_base,
                     style.least.value_or(least / room), style.most.value_or(most * room));
}

/// Later curves are thinner, so that those which they cover show at their sides.
double rank(const Curve& curve) { return static_cast<double>(curve.marker); }

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
  top = 8 + legend_row_height * legend_rows(chart.panels.front().curves);
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
  return fmt::format("set label 100 {} at screen {:.5f},{:.5f} center rotate by 90\n", quoted(label),
                     14.0 / canvas_width, 1 - middle / height());
}

std::string begin_figure() {
  return "reset\n"
         "set multiplot\n"
         "set border 3 lc rgb '#444444'\n"
         "set tics nomirror out scale 0.5 textcolor rgb '#222222'\n"
         "set grid ytics lc rgb '#dddddd' lw 0.7 lt 1\n"
         "set xtics offset 0,0.2\n"
         "set xlabel offset 0,0.4\n"
         "set title offset 0,-0.4\n"
         "unset key\n";
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
  require_some_within(style, values);
  if (style.log_base > 0) return log_axis(axis, style, values);
  double least = 0;
  double most = 0;
  for (const double value : values) {
    least = std::min(least, value);
    most = std::max(most, value);
  }
  if (least == most) most = 1;
  const double step = tic_step(style.most.value_or(most) - style.least.value_or(least));
  least = style.least.value_or(std::floor(least / step) * step);
  most = style.most.value_or(std::ceil(most / step * (1 - 1e-9)) * step);
  return fmt::format("unset logscale {0}\nset {0}tics {1}\nset {0}range [{2}:{3}]\n", axis, step, least, most);
}

std::string named_tics(char axis, const std::vector<double>& at, const std::vector<std::string>& names) {
  std::vector<std::string> tics;
  for (std::size_t i = 0; i < at.size(); ++i) tics.push_back(fmt::format("{} {}", quoted(names[i]), at[i]));
  return fmt::format("set {}tics ({})\n", axis, fmt::join(tics, ", "));
}

std::string line_style(const Curve& curve) {
  return fmt::format("lc rgb {} lw {:.2f} dt 1", quoted(curve.color), std::max(1.4, 3.4 - 0.5 * rank(curve)));
}

std::string marker_style(const Curve& curve) {
  // Filled, and different, so that curves differ without colour too.
  static constexpr std::array<int, 5> markers = {7, 5, 9, 11, 13};
  return fmt::format("pt {} ps {:.2f}", markers[curve.marker % markers.size()],
                     std::max(0.6, 1.15 - 0.1 * rank(curve)));
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
