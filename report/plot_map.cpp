#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "report/plot.hpp"

namespace tilewright {

namespace {

struct Shade {
  std::array<int, 3> rgb;
  [[nodiscard]] std::string code() const { return fmt::format("#{:02X}{:02X}{:02X}", rgb[0], rgb[1], rgb[2]); }
};

/// From pale yellow to dark blue: its lightness alone orders it, so that it is read without colours too.
Shade shade_at(double share) {
  static constexpr std::array<std::array<double, 3>, 5> stops = {
      {{255, 247, 204}, {199, 226, 175}, {109, 190, 183}, {44, 127, 172}, {16, 44, 99}}};
  const double place = std::clamp(share, 0.0, 1.0) * (stops.size() - 1);
  const auto from = std::min<std::size_t>(static_cast<std::size_t>(place), stops.size() - 2);
  Shade shade{};
  for (std::size_t i = 0; i < 3; ++i)
    shade.rgb[i] = static_cast<int>(
        std::lround(stops[from][i] + (place - static_cast<double>(from)) * (stops[from + 1][i] - stops[from][i])));
  return shade;
}

/// Of the values alone: their least and most are the ends of the colours.
double share_of(double value, const Scale& scale) {
  return std::isfinite(scale.share(value)) ? scale.share(value) : 0.5;
}

Scale value_scale(const NumberAxis& style, const std::vector<double>& values) {
  Scale scale{style.log_base, 0, 1, {}};
  bool any = false;
  for (const double value : values) {
    if (style.log_base > 0 && value <= 0) continue;
    scale.least = any ? std::min(scale.least, value) : value;
    scale.most = any ? std::max(scale.most, value) : value;
    any = true;
  }
  scale.least = style.least.value_or(scale.least);
  scale.most = style.most.value_or(scale.most);
  return scale;
}

void add_cell(PanelPlot& result, const Panel& panel, std::size_t row, std::size_t column, const Plot& plot,
              const Scale& values, std::size_t columns) {
  const auto rows = static_cast<double>(panel.curves.size());
  const auto x = static_cast<double>(column);
  const auto y = static_cast<double>(row);
  const std::optional<double>& value = panel.curves[row].y[column];
  if (!value) {
    result.script += fmt::format("set label '–' at {},{} center textcolor rgb '#888888'\n", x, y);
    return;
  }
  const double share = share_of(*value, values);
  result.script +=
      fmt::format("set object rectangle from {},{} to {},{} back fs solid 1 border lc rgb '#ffffff' fc rgb '{}'\n",
                  x - 0.5, y - 0.5, x + 0.5, y + 0.5, shade_at(share).code());
  const std::string text = short_number(std::stod(fmt::format("{:.3g}", *value)), values.least);
  if (label_width(text) + 2 <= plot.area_width() / static_cast<double>(columns))
    result.script += fmt::format("set label {} at {},{} center front textcolor rgb '{}'\n", quoted(text), x, y,
                                 share > 0.55 ? "#ffffff" : "#000000");
  const double width = 1 / static_cast<double>(columns);
  result.targets.push_back({x * width, (x + 1) * width, y / rows, (y + 1) / rows, row, column});
}

std::vector<LegendItem> shades(const Scale& values, const std::string& label, bool any) {
  std::vector<LegendItem> legend;
  constexpr int samples = 5;
  for (int i = 0; any && i < samples; ++i) {
    const double share = i / (samples - 1.0);
    const double value = values.log_base > 0 ? values.least * std::pow(values.most / values.least, share)
                                             : values.least + share * (values.most - values.least);
    legend.push_back(
        {(i == 0 ? label + ": " : "") + short_number(std::stod(fmt::format("{:.2g}", value)), values.least),
         "",
         "",
         {fmt::format("lc rgb '{}' fs solid 1 border lc rgb '#444444'", shade_at(share).code())}});
    if (values.most == values.least) break;
  }
  return legend;
}

Scale cells(const std::vector<std::string>& names) {
  std::vector<double> at;
  for (std::size_t i = 0; i < names.size(); ++i) at.push_back(static_cast<double>(i));
  Scale scale = named_scale(at, names, 0);
  scale.least = -0.5;
  scale.most = static_cast<double>(names.size()) - 0.5;
  return scale;
}

}  // namespace

Plot plot_map(const Figure& figure, const ReportSpec& report, const Chart& chart) {
  constexpr int row_height = 30;
  std::vector<std::string> rows;
  for (const Curve& curve : chart.panels.front().curves) rows.push_back(curve.label);
  const Scale y = cells(rows);
  Plot plot = begin_plot(figure, chart, y, std::max(2, static_cast<int>(rows.size())) * row_height);
  plot.y_label = label_of(figure.curves->text, report);
  plot.x_label = label_of(figure.x->text, report);
  const Scale x = cells(chart.x_names).thinned(plot.area_width());
  const std::vector<double> all = values_of(chart, &Curve::y);
  const Scale values = value_scale(figure.y_axis, all);
  plot.legend = shades(values, figure.y_axis.label, !all.empty());
  for (const Panel& panel : chart.panels) {
    PanelPlot result = begin_panel(panel, x, y, "");
    for (std::size_t row = 0; row < rows.size(); ++row)
      for (std::size_t column = 0; column < chart.x.size(); ++column)
        add_cell(result, panel, row, column, plot, values, chart.x.size());
    plot.panels.push_back(std::move(result));
  }
  return plot;
}

}  // namespace tilewright
