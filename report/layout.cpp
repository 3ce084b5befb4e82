#include "report/layout.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr int page_width = 1040;
constexpr int legend_row = 22;
constexpr double sample_width = 34;
constexpr double sample_height = 16;
constexpr double text_gap = 8;
constexpr double item_gap = 24;

struct Canvas2D {
  int width;
  int height;
  [[nodiscard]] double x(double pixels) const { return pixels / width; }
  [[nodiscard]] double y(double pixels) const { return 1 - pixels / height; }
};

/// Commands of every drawing's beginning.
const char* const begin_drawing = "reset\nset multiplot\nunset key\n";

const char* const begin_axes =
    "unset label\nunset object\nunset arrow\nunset grid\nset border 3 lc rgb '#444444'\n"
    "set tics nomirror out scale 0.5 textcolor rgb '#222222'\nset xtics offset 0,0.3\n";

std::string centred(const std::string& text, double x, double y, bool upwards = false) {
  return fmt::format("set label {} at screen {:.5f},{:.5f} center{} front textcolor rgb '#222222'\n", quoted(text),
                     x, y, upwards ? " rotate by 90" : "");
}

/// Cut where there is no room for all of it.
std::string fitting(const std::string& text, double room) {
  const auto letters = static_cast<std::size_t>(room / label_width("m"));
  return label_width(text) <= room ? text : text.substr(0, letters - 1) + "…";
}

/// A panel whose upper left corner is at `left`, `top` of the canvas.
std::string placed(const Plot& plot, const PanelPlot& panel, const Canvas2D& canvas, double left, double top) {
  const double from = left + plot.left();
  const double upper = top + plot.top();
  const double lower = upper + plot.height;
  std::string script = begin_axes + panel.script;
  script += fmt::format(
      "set lmargin at screen {:.6f}\nset rmargin at screen {:.6f}\nset tmargin at screen {:.6f}\n"
      "set bmargin at screen {:.6f}\n",
      canvas.x(from), canvas.x(from + plot.area_width()), canvas.y(upper), canvas.y(lower));
  if (!panel.title.empty())
    script += centred(fitting(panel.title, plot.area_width() + plot.left()), canvas.x(from + plot.area_width() / 2),
                      canvas.y(top + plot.top() / 2 - 1));
  if (!plot.x_label.empty())
    script += centred(fitting(plot.x_label, plot.area_width() + plot.left()),
                      canvas.x(from + plot.area_width() / 2), canvas.y(lower + plot.below() - 11));
  if (!plot.y_label.empty())
    script += centred(fitting(plot.y_label, plot.full_height()), canvas.x(left + 12), canvas.y((upper + lower) / 2),
                      true);
  if (panel.targets.empty() && !panel.has_points)
    script += "set label 'no point has a value' at graph 0.5,0.5 center textcolor rgb '#555555'\n";
  return script + plot_of(panel.items);
}

double item_width(const LegendItem& item) { return sample_width + text_gap + label_width(item.label) + item_gap; }

/// Indices of the items in each row.
std::vector<std::vector<std::size_t>> in_rows(const std::vector<LegendItem>& items, double width) {
  std::vector<std::vector<std::size_t>> rows;
  double used = width;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (rows.empty() || used + item_width(items[i]) > width) {
      rows.emplace_back();
      used = 0;
    }
    used += item_width(items[i]);
    rows.back().push_back(i);
  }
  return rows;
}

/// A plot whose units are pixels of the canvas, x to the right and y up.
std::string begin_pixels(const Canvas2D& canvas) {
  return fmt::format(
      "unset label\nunset object\nunset arrow\nunset border\nunset tics\nunset grid\nunset logscale\n"
      "set lmargin at screen 0\nset rmargin at screen 1\nset tmargin at screen 1\nset bmargin at screen 0\n"
      "set xrange [0:{}]\nset yrange [0:{}]\n",
      canvas.width, canvas.height);
}

/// Adds the sample's plot items, and returns their data.
std::string sample_of(const LegendItem& item, const std::string& block, double x, double y,
                      std::vector<std::string>& items) {
  constexpr double half_height = 5;
  const double end = x + sample_width - 4;
  std::string script;
  if (!item.boxes.empty()) {
    for (const std::string& style : item.boxes)
      items.push_back(fmt::format("${} using 1:2:3:4:5:6 with boxxyerror {} notitle", block, style));
    return data_block(block, {fmt::format("{} {} {} {} {} {}", x, y, x, end, y - half_height, y + half_height)});
  }
  if (!item.line.empty()) items.push_back(fmt::format("${} using 1:2 with lines {} notitle", block, item.line));
  if (!item.marker.empty())
    items.push_back(fmt::format("${} every ::1::1 using 1:2 with points {} notitle", block, item.marker));
  return data_block(
      block, {fmt::format("{} {}", x, y), fmt::format("{} {}", (x + end) / 2, y), fmt::format("{} {}", end, y)});
}

std::string legend_of(const Plot& plot, const Canvas2D& canvas) {
  std::string script = begin_pixels(canvas);
  std::vector<std::string> items;
  double y = canvas.height + legend_row * 0.2;
  for (const std::vector<std::size_t>& row : in_rows(plot.legend, canvas.width)) {
    double width = -item_gap;
    for (const std::size_t i : row) width += item_width(plot.legend[i]);
    double x = std::max(2.0, (canvas.width - width) / 2);
    y -= legend_row;
    for (const std::size_t i : row) {
      script += sample_of(plot.legend[i], fmt::format("legend{}", i), x, y, items);
      script +=
          fmt::format("set label {} at {},{} left\n", quoted(plot.legend[i].label), x + sample_width + text_gap, y);
      x += item_width(plot.legend[i]);
    }
  }
  return script + plot_of(items);
}

}  // namespace

Drawing whole_figure(const Plot& plot) {
  const auto panels = static_cast<int>(plot.panels.size());
  const int columns = std::clamp(page_width / plot.width, 1, panels);
  const int rows = (panels + columns - 1) / columns;
  const int width = columns * plot.width;
  const auto legend_rows = static_cast<int>(in_rows(plot.legend, width).size());
  const int top = legend_rows * legend_row + (legend_rows > 0 ? 6 : 0);
  const Canvas2D canvas{width, top + rows * plot.full_height()};
  std::string script = begin_drawing;
  for (int p = 0; p < panels; ++p) {
    const int row = p / columns;
    script += placed(plot, plot.panels[static_cast<std::size_t>(p)], canvas, p % columns * plot.width,
                     top + row * plot.full_height());
  }
  if (legend_rows > 0) script += legend_of(plot, canvas);
  return {plot.name, canvas.width, canvas.height, script + "unset multiplot\n"};
}

std::vector<Drawing> panels_of(const Plot& plot) {
  std::vector<Drawing> drawings;
  const Canvas2D canvas{plot.width, plot.full_height()};
  for (const PanelPlot& panel : plot.panels)
    drawings.push_back({fmt::format("{}-panel-{}", plot.name, drawings.size() + 1), canvas.width, canvas.height,
                        begin_drawing + placed(plot, panel, canvas, 0, 0) + "unset multiplot\n"});
  return drawings;
}

std::vector<Drawing> samples_of(const Plot& plot) {
  std::vector<Drawing> drawings;
  const Canvas2D canvas{static_cast<int>(sample_width), static_cast<int>(sample_height)};
  for (const LegendItem& item : plot.legend) {
    std::vector<std::string> items;
    std::string script =
        begin_drawing + begin_pixels(canvas) + sample_of(item, "legend", 2, sample_height / 2, items);
    drawings.push_back({fmt::format("{}-sample-{}", plot.name, drawings.size() + 1), canvas.width, canvas.height,
                        script + plot_of(items) + "unset multiplot\n"});
  }
  return drawings;
}

PixelBox pixels_of(const Target& target, const Plot& plot) {
  const double width = plot.area_width();
  return {plot.left() + target.left * width, plot.top() + (1 - target.high) * plot.height,
          (target.right - target.left) * width, (target.high - target.low) * plot.height};
}

}  // namespace tilewright
