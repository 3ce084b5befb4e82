#include "report/parity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "common/file.hpp"
#include "report/gnuplot.hpp"
#include "report/html.hpp"
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

// One range for both axes, so that the diagonal is one.
std::string axes_of(const Panel& panel) {
  std::vector<double> values;
  for (const Curve& curve : panel.curves)
    for (const auto* numbers : {&curve.x, &curve.y})
      for (const std::optional<double>& number : *numbers) values.push_back(*number);
  const NumberAxis logarithmic{.label = "", .log_base = 10, .percent = false, .least = {}, .most = {}};
  return number_axis('x', logarithmic, values) + number_axis('y', logarithmic, values) +
         "set grid xtics ytics lc rgb '#dddddd' lw 0.7 lt 1\nset format x '1e%T'\nset format y '1e%T'\n" +
         "set xlabel 'measured'\n";
}

std::string plot_of_points(const Panel& panel) {
  std::string script;
  std::vector<std::string> items{"x with lines lc rgb '#888888' lw 1 dt 2 notitle"};
  for (std::size_t c = 0; c < panel.curves.size(); ++c) {
    const Curve& curve = panel.curves[c];
    if (curve.x.empty()) continue;
    std::vector<std::string> rows;
    for (std::size_t i = 0; i < curve.x.size(); ++i) rows.push_back(digits(curve.x[i]) + " " + digits(curve.y[i]));
    script += data_block(fmt::format("c{}", c), rows);
    items.push_back(fmt::format("$c{} using 1:2 with points lc rgb {} {} notitle", c, quoted(curve.color),
                                marker_style(curve)));
  }
  return script + plot_of(items);
}

Drawing draw(const Compared& compared, const Panel& panel) {
  const Chart chart{{}, {}, {panel}};
  const PanelGrid grid(chart, 84, 460);
  return {compared.figure, canvas_width, grid.height(),
          begin_figure() + axes_of(panel) + grid.left_label("predicted") + grid.margins(0) +
              fmt::format("set title {}\n", quoted(panel.title)) + plot_of_points(panel) +
              end_figure(grid, panel.curves, Mark::line)};
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

std::string page_of(const MeasuredValidation& validation, const std::map<std::string, std::string>& figures) {
  const std::string title = "Predicted and measured: " + validation.suite;
  std::string body = fmt::format(
      "<h1>{}</h1>\n<p>A predicted time is the point's bound over the efficiency of its kernel, the median of "
      "bound over measured time of the rows that calibrate. The other rows judge it: the figures and the "
      "errors are of these alone.</p>\n",
      escape_html(title));
  for (const auto& [file, svg] : figures) {
    const std::string name = file.substr(0, file.find('.'));
    body += fmt::format("<figure>\n{}</figure>\n", inline_svg(svg, name, title));
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

std::vector<Drawing> draw_parity(const MeasuredValidation& validation) {
  std::vector<Drawing> drawings;
  for (const Compared& compared : all_compared) {
    const Panel panel = panel_of(compared, validation);
    if (drawings.empty() || !panel.curves.front().x.empty()) drawings.push_back(draw(compared, panel));
  }
  return drawings;
}

std::vector<std::filesystem::path> write_parity(const MeasuredValidation& validation,
                                                const std::filesystem::path& folder) {
  const std::map<std::string, std::string> figures = run_gnuplot(draw_parity(validation), false);
  std::vector<std::filesystem::path> written{folder / "index.html"};
  write_file(written.front(), page_of(validation, figures));
  for (const auto& [name, svg] : figures) {
    written.push_back(folder / name);
    write_file(written.back(), svg);
  }
  return written;
}

}  // namespace tilewright
