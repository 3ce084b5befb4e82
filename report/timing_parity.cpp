#include "report/timing_parity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "common/file.hpp"
#include "report/gnuplot.hpp"
#include "report/html.hpp"
#include "report/palette.hpp"
#include "report/parity.hpp"

namespace tilewright {

namespace {

using Number = std::function<double(const TimingComparison&)>;

// A panel of the figure of residuals.
struct Against {
  const char* title;
  Number x;
};

double number_of(const TimingComparison& row, const char* name) {
  const auto found = row.numbers.find(name);
  return found == row.numbers.end() ? 0 : found->second;
}

const std::vector<Against> all_against{
    {"Keys of a sequence", [](const auto& row) { return number_of(row, "keys"); }},
    {"Queries of a sequence", [](const auto& row) { return number_of(row, "queries"); }},
    {"Batch", [](const auto& row) { return number_of(row, "batch"); }},
    {"Query heads of a KV head",
     [](const auto& row) { return number_of(row, "heads") / std::max(1.0, number_of(row, "kv_heads")); }},
    {"Head dimension", [](const auto& row) { return number_of(row, "head_dim"); }},
    {"Measured time (s)", [](const auto& row) { return row.measured; }}};

double residual_of(const TimingComparison& row) { return row.predicted / row.measured; }

bool is_shown(const TimingComparison& row, const TimingGrouping& grouping) {
  return row.value == grouping.value && row.group.empty();
}

// The same curves in every panel, in the order of their names.
std::vector<Curve> curves_of(const TimingValidation& validation) {
  std::map<std::string, Curve> curves;
  for (const TimingComparison& row : validation.comparisons)
    if (is_shown(row, *validation.grouping)) curves[row.texts.front()].label = row.texts.front();
  std::vector<Curve> all;
  for (auto& [label, curve] : curves) {
    curve.color = color_of_index(all.size());
    curve.marker = all.size();
    all.push_back(curve);
  }
  if (all.empty()) all.push_back({"nothing is judged", color_of_index(0), 0, {}, {}});
  return all;
}

Panel panel_of(const TimingValidation& validation, const char* title, const Number& x, const Number& y) {
  Panel panel{title, curves_of(validation)};
  for (const TimingComparison& row : validation.comparisons) {
    if (!is_shown(row, *validation.grouping) || !(x(row) > 0)) continue;
    const auto curve = std::ranges::find(panel.curves, row.texts.front(), &Curve::label);
    curve->x.emplace_back(x(row));
    curve->y.emplace_back(y(row));
  }
  return panel;
}

std::vector<double> numbers_of(const Panel& panel, std::vector<std::optional<double>> Curve::*which) {
  std::vector<double> values;
  for (const Curve& curve : panel.curves)
    for (const std::optional<double>& number : curve.*which) values.push_back(*number);
  if (values.empty()) values.push_back(1);
  return values;
}

// Small, as there are thousands; what is first in the legend is drawn first.
std::string points_of(const Panel& panel, const std::string& line, const std::string& block) {
  static constexpr int markers[] = {7, 5, 9, 11, 13};
  std::string script;
  std::vector<std::string> items{line};
  for (std::size_t c = 0; c < panel.curves.size(); ++c) {
    const Curve& curve = panel.curves[c];
    if (curve.x.empty()) continue;
    std::vector<std::string> rows;
    for (std::size_t i = 0; i < curve.x.size(); ++i)
      rows.push_back(fmt::format("{:.5g} {:.5g}", *curve.x[i], *curve.y[i]));
    const std::string name = fmt::format("{}c{}", block, c);
    script += data_block(name, rows);
    items.push_back(fmt::format("${} using 1:2 with points lc rgb {} pt {} ps 0.35 notitle", name,
                                quoted(curve.color), markers[curve.marker % std::size(markers)]));
  }
  return script + plot_of(items);
}

const char* const grid_lines = "set grid xtics ytics lc rgb '#dddddd' lw 0.7 lt 1\n";

NumberAxis logarithmic(int base) {
  return {.label = "", .log_base = base, .percent = false, .least = {}, .most = {}};
}

Drawing parity_of(const TimingValidation& validation) {
  const Panel panel = panel_of(
      validation, "Time of a call (s)", [](const auto& row) { return row.measured; },
      [](const auto& row) { return row.predicted; });
  const Chart chart{{}, {}, {panel}};
  const PanelGrid grid(chart, 84, 460);
  std::vector<double> values = numbers_of(panel, &Curve::x);
  const std::vector<double> predicted = numbers_of(panel, &Curve::y);
  values.insert(values.end(), predicted.begin(), predicted.end());
  return {"parity", canvas_width, grid.height(),
          begin_figure() + number_axis('x', logarithmic(10), values) + number_axis('y', logarithmic(10), values) +
              grid_lines + "set format x '1e%T'\nset format y '1e%T'\nset xlabel 'measured'\n" +
              grid.left_label("predicted") + grid.margins(0) + fmt::format("set title {}\n", quoted(panel.title)) +
              points_of(panel, "x with lines lc rgb '#888888' lw 1 dt 2 notitle", "p") +
              end_figure(grid, panel.curves, Mark::line)};
}

Drawing residuals_of(const TimingValidation& validation) {
  Chart chart;
  for (const Against& against : all_against)
    chart.panels.push_back(panel_of(validation, against.title, against.x, residual_of));
  const PanelGrid grid(chart, 70, 240);
  std::string script = begin_figure() + grid_lines + grid.left_label("predicted over measured");
  for (std::size_t p = 0; p < chart.panels.size(); ++p) {
    const Panel& panel = chart.panels[p];
    const bool times = p + 1 == chart.panels.size();
    script += number_axis('x', logarithmic(times ? 10 : 2), numbers_of(panel, &Curve::x)) +
              number_axis('y', logarithmic(2), numbers_of(panel, &Curve::y)) +
              (times ? "set format x '1e%T'\n" : "set format x '%.0f'\nset xtics rotate by -45\n") +
              "set format y '%g'\n" + grid.margins(p) + fmt::format("set title {}\n", quoted(panel.title)) +
              points_of(panel, "1 with lines lc rgb '#888888' lw 1 dt 2 notitle", fmt::format("r{}", p));
  }
  return {"residuals", canvas_width, grid.height(),
          script + end_figure(grid, chart.panels.front().curves, Mark::line)};
}

std::string page_of(const TimingValidation& validation, const std::string& suite,
                    const std::map<std::string, std::string>& figures) {
  const std::string title = "Predicted and measured: " + suite;
  std::string body = fmt::format(
      "<h1>{}</h1>\n<p>Each point is a row that no parameter was fitted to. Above the line a call was predicted to "
      "take longer than it did.</p>\n",
      escape_html(title));
  for (const auto& [file, svg] : figures) {
    const std::string name = file.substr(0, file.find('.'));
    body += fmt::format("<figure>\n{}</figure>\n", inline_svg(svg, name, title));
  }
  if (validation.has_intervals()) body += "<h2>Intervals</h2>\n" + html_of(validation.intervals());
  body += "<h2>Errors by group</h2>\n" + html_of(validation.groups());
  return html_page(title, body + "<h2>Errors by source</h2>\n" + html_of(validation.summary()));
}

}  // namespace

std::vector<Drawing> draw_parity(const TimingValidation& validation) {
  return {parity_of(validation), residuals_of(validation)};
}

std::vector<std::filesystem::path> write_parity(const TimingValidation& validation, const std::string& suite,
                                                const std::filesystem::path& folder) {
  const std::map<std::string, std::string> figures = run_gnuplot(draw_parity(validation), false);
  std::vector<std::filesystem::path> written{folder / "index.html"};
  write_file(written.front(), page_of(validation, suite, figures));
  for (const auto& [name, svg] : figures) {
    written.push_back(folder / name);
    write_file(written.back(), svg);
  }
  return written;
}

}  // namespace tilewright
