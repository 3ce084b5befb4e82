#include "report/timing_parity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "common/file.hpp"
#include "report/html.hpp"
#include "report/html_figure.hpp"
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

NumberAxis logarithmic(int base) {
  return {.label = "", .log_base = base, .percent = false, .least = {}, .most = {}};
}

Plot parity_of(const TimingValidation& validation) {
  return parity_of("parity",
                   panel_of(
                       validation, "Time of a call (s)", [](const auto& row) { return row.measured; },
                       [](const auto& row) { return row.predicted; }),
                   Points::many);
}

Plot residuals_of(const TimingValidation& validation) {
  Plot plot;
  plot.name = "residuals";
  plot.width = 345;
  plot.height = 230;
  plot.y_label = "predicted over measured";
  plot.legend = line_legend(curves_of(validation));
  for (LegendItem& item : plot.legend) item.line.clear();
  for (const Against& against : all_against) {
    const Panel panel = panel_of(validation, against.title, against.x, residual_of);
    const Scale y = number_scale(logarithmic(2), numbers_of(panel, &Curve::y));
    plot.tics_left = std::max(plot.tics_left, y.widest_label() + 6);
  }
  for (const Against& against : all_against) {
    const Panel panel = panel_of(validation, against.title, against.x, residual_of);
    const bool times = &against == &all_against.back();
    const Scale x = number_scale(logarithmic(times ? 10 : 2), numbers_of(panel, &Curve::x));
    const Scale y = number_scale(logarithmic(2), numbers_of(panel, &Curve::y));
    PanelPlot result = begin_panel(panel, x.thinned(plot.area_width()), y, "xy");
    result.items = {"1 with lines lc rgb '#888888' lw 1 dt 2 notitle"};
    add_points(result, panel, x, y, Points::many);
    plot.panels.push_back(std::move(result));
  }
  return plot;
}

std::string page_of(const TimingValidation& validation, const std::string& suite, const std::vector<Plot>& plots,
                    const PlotFiles& files) {
  const std::string title = "Predicted and measured: " + suite;
  std::string body = fmt::format(
      "<h1>{}</h1>\n<p>Each point is a row that no parameter was fitted to. Above the line a call was predicted to "
      "take longer than it did.</p>\n",
      escape_html(title));
  for (const Plot& plot : plots)
    body += "<figure>\n" + html_of(plot, files.parts, title, [](std::size_t, const Target&) { return ""; }) +
            html_links({plot.name + ".svg"}) + "</figure>\n";
  if (validation.has_intervals()) body += "<h2>Intervals</h2>\n" + html_of(validation.intervals());
  body += "<h2>Errors by group</h2>\n" + html_of(validation.groups());
  return html_page(title, body + "<h2>Errors by source</h2>\n" + html_of(validation.summary()));
}

}  // namespace

std::vector<Plot> plot_parity(const TimingValidation& validation) {
  return {parity_of(validation), residuals_of(validation)};
}

std::vector<std::filesystem::path> write_parity(const TimingValidation& validation, const std::string& suite,
                                                const std::filesystem::path& folder) {
  const std::vector<Plot> plots = plot_parity(validation);
  const PlotFiles files = files_of(plots);
  std::vector<std::filesystem::path> written{folder / "index.html"};
  write_file(written.front(), page_of(validation, suite, plots, files));
  for (const auto& [name, svg] : files.whole) {
    written.push_back(folder / name);
    write_file(written.back(), svg);
  }
  return written;
}

}  // namespace tilewright
