#include "report/parity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "common/file.hpp"
#include "report/gnuplot.hpp"
#include "report/html.hpp"
#include "report/html_figure.hpp"
#include "report/layout.hpp"
#include "report/palette.hpp"

namespace tilewright {

namespace {

// What one figure is of.
struct Compared {
  const char* figure;
  const char* title;
  std::vector<std::string> names;  // of MeasuredValue::quantity
};

const std::vector<Compared> all_compared{
    {"parity", "Time (s)", {"time_s"}},
    {"parity-bytes", "Device memory traffic (B)", {"dram_read_B", "dram_write_B"}}};

bool is_judged(const MeasuredValue& value) { return !value.calibrates && std::isfinite(value.predicted); }

std::string kernel_of(const MeasuredValue& value) { return value.kernel + " (" + value.operation + ")"; }

// A curve without points where nothing of the quantity is judged.
Panel panel_of(const Compared& compared, const MeasuredValidation& validation) {
  Panel panel{compared.title, {}};
  for (const MeasuredValue& value : validation.values) {
    if (!is_judged(value) || std::ranges::find(compared.names, value.quantity) == compared.names.end()) continue;
    auto curve = std::ranges::find(panel.curves, kernel_of(value), &Curve::label);
    if (curve == panel.curves.end())
      curve = panel.curves.insert(
          curve, {kernel_of(value), color_of_index(panel.curves.size()), panel.curves.size(), {}, {}});
    curve->x.emplace_back(value.measured);
    curve->y.emplace_back(value.predicted);
  }
  if (panel.curves.empty()) panel.curves.push_back({"nothing is judged", color_of_index(0), 0, {}, {}});
  return panel;
}

constexpr double band = 1.25;

NumberAxis logarithmic() { return {.label = "", .log_base = 10, .percent = false, .least = {}, .most = {}}; }

// How many points of all are within the band.
std::string share_within(const Plot& plot, const Panel& panel) {
  std::size_t all = 0;
  std::size_t within = 0;
  for (const Curve& curve : panel.curves)
    for (std::size_t i = 0; i < curve.x.size(); ++i, ++all)
      if (const double ratio = *curve.y[i] / *curve.x[i]; ratio <= band && ratio * band >= 1) ++within;
  return all == 0 ? plot.name : fmt::format("{} of {} points are within the band", within, all);
}

std::string cell_text(const Cell& cell, const Column& column) {
  if (const auto* text = std::get_if<std::string>(&cell)) return escape_html(*text);
  const auto* number = std::get_if<double>(&cell);
  if (number == nullptr) return "";
  return column.percent ? fmt::format("{:.{}f} %", 100 * *number, column.decimals) : fmt::format("{:.4g}", *number);
}

std::string list_of(const std::string& heading, const std::vector<std::string>& lines) {
  if (lines.empty()) return "";
  std::string html = "<h2>" + heading + "</h2>\n<ul>\n";
  for (const std::string& line : lines) html += "<li>" + escape_html(line) + "</li>\n";
  return html + "</ul>\n";
}

std::string page_of(const MeasuredValidation& validation, const std::vector<Plot>& plots, const PlotFiles& files) {
  const std::string title = "Predicted and measured: " + validation.suite;
  std::string body = fmt::format(
      "<h1>{}</h1>\n<p>A predicted time is the point's bound over the efficiency of its kernel, the median of "
      "bound over measured time of the rows that calibrate. The other rows judge it: the figures and the "
      "errors are of these alone.</p>\n",
      escape_html(title));
  for (const Plot& plot : plots) {
    const auto words = [&](std::size_t p, const Target& target) {
      const LegendItem& item = plot.legend[target.curve];
      return fmt::format("data-t=\"{}\n{}\"", escape_html(item.label), escape_html(plot.panels[p].title));
    };
    body +=
        "<figure>\n" + html_of(plot, files.parts, title, words) + html_links({plot.name + ".svg"}) + "</figure>\n";
  }
  return html_page(title, body + html_of(validation.summary()) + list_of("Faults", validation.faults) +
                              list_of("Notes", validation.notes));
}

}  // namespace

std::string html_of(const Table& table) {
  std::string html = "<div class=\"scroll\"><table>\n<thead><tr>";
  for (const Column& column : table.columns) html += "<th>" + escape_html(column.name) + "</th>";
  html += "</tr></thead>\n<tbody>\n";
  for (const std::vector<Cell>& row : table.rows) {
    html += "<tr>";
    for (std::size_t c = 0; c < row.size(); ++c) html += "<td>" + cell_text(row[c], table.columns[c]) + "</td>";
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

void add_points(PanelPlot& result, const Panel& panel, const Scale& x, const Scale& y, Points points) {
  for (std::size_t c = 0; c < panel.curves.size(); ++c) {
    const Curve& curve = panel.curves[c];
    if (curve.x.empty()) continue;
    std::vector<std::string> rows;
    for (std::size_t i = 0; i < curve.x.size(); ++i) {
      rows.push_back(points == Points::few ? digits(curve.x[i]) + " " + digits(curve.y[i])
                                           : fmt::format("{:.5g} {:.5g}", *curve.x[i], *curve.y[i]));
      const double across = x.share(*curve.x[i]);
      const double up = y.share(*curve.y[i]);
      if (points == Points::few) result.targets.push_back({across, across, up, up, c, i});
    }
    result.has_points = true;
    result.script += data_block(fmt::format("c{}", c), rows);
    const std::string marker = marker_style(curve);
    result.items.push_back(
        fmt::format("$c{} using 1:2 with points lc rgb {} {} notitle", c, quoted(curve.color),
                    points == Points::few ? marker : marker.substr(0, marker.find(" ps")) + " ps 0.35"));
  }
}

Plot parity_of(const std::string& name, const Panel& panel, Points points) {
  std::vector<double> values;
  for (const Curve& curve : panel.curves)
    for (const auto* numbers : {&curve.x, &curve.y})
      for (const std::optional<double>& number : *numbers) values.push_back(*number);
  const Scale scale = number_scale(logarithmic(), values);  // one range for both axes, so that the diagonal is one
  Plot plot;
  plot.name = name;
  plot.width = 500;
  plot.height = 400;
  plot.tics_left = scale.widest_label() + 6;
  plot.x_label = "measured";
  plot.y_label = "predicted";
  plot.legend = line_legend(panel.curves);
  for (LegendItem& item : plot.legend) item.line.clear();
  plot.legend.push_back({"predicted = measured", "lc rgb '#222222' lw 1 dt 1", "", {}});
  plot.legend.push_back({fmt::format("{0} times, or 1/{0}", band), "lc rgb '#777777' lw 1 dt (6,4)", "", {}});
  PanelPlot result = begin_panel(panel, scale.thinned(plot.area_width()), scale, "xy");
  result.items = {"x with lines lc rgb '#222222' lw 1 dt 1 notitle",
                  fmt::format("{}*x with lines lc rgb '#777777' lw 1 dt (6,4) notitle", band),
                  fmt::format("x/{} with lines lc rgb '#777777' lw 1 dt (6,4) notitle", band)};
  add_points(result, panel, scale, scale, points);
  if (result.has_points) result.title += "; " + share_within(plot, panel);
  plot.panels.push_back(std::move(result));
  return plot;
}

std::vector<Plot> plot_parity(const MeasuredValidation& validation) {
  std::vector<Plot> plots;
  for (const Compared& compared : all_compared) {
    const Panel panel = panel_of(compared, validation);
    if (plots.empty() || !panel.curves.front().x.empty())
      plots.push_back(parity_of(compared.figure, panel, Points::few));
  }
  return plots;
}

PlotFiles files_of(const std::vector<Plot>& plots) {
  std::vector<Drawing> wholes;
  std::vector<Drawing> parts;
  for (const Plot& plot : plots) {
    wholes.push_back(whole_figure(plot));
    for (const auto& drawings : {panels_of(plot), samples_of(plot)})
      parts.insert(parts.end(), drawings.begin(), drawings.end());
  }
  return {run_gnuplot(wholes, {"svg"}), run_gnuplot(parts, {"svg"})};
}

std::vector<std::filesystem::path> write_parity(const MeasuredValidation& validation,
                                                const std::filesystem::path& folder) {
  const std::vector<Plot> plots = plot_parity(validation);
  const PlotFiles files = files_of(plots);
  std::vector<std::filesystem::path> written{folder / "index.html"};
  write_file(written.front(), page_of(validation, plots, files));
  for (const auto& [name, svg] : files.whole) {
    written.push_back(folder / name);
    write_file(written.back(), svg);
  }
  return written;
}

}  // namespace tilewright
