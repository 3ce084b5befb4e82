#include <algorithm>

#include <fmt/format.h>

#include "report/plot.hpp"

namespace tilewright {

namespace {

constexpr double letter_width = 7.4;  // of 13-pixel letters, on average
constexpr double sample_width = 30;
constexpr double text_gap = 8;
constexpr double item_gap = 26;

double item_width(const Curve& curve) {
  const auto begins_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; };
  const auto letters = static_cast<double>(std::ranges::count_if(curve.label, begins_character));
  return sample_width + text_gap + letter_width * letters + item_gap;
}

/// Indices of the curves in each row.
std::vector<std::vector<std::size_t>> in_rows(const std::vector<Curve>& curves) {
  std::vector<std::vector<std::size_t>> rows(1);
  double used = 0;
  for (std::size_t c = 0; c < curves.size(); ++c) {
    if (used + item_width(curves[c]) > canvas_width && !rows.back().empty()) {
      rows.emplace_back();
      used = 0;
    }
    used += item_width(curves[c]);
    rows.back().push_back(c);
  }
  return rows;
}

/// Data and plot items of a curve's sample, in a plot whose units are pixels.
std::string sample_of(const Curve& curve, std::size_t c, Mark mark, double x, double y,
                      std::vector<std::string>& items) {
  constexpr double half_height = 5;
  const double end = x + sample_width;
  if (mark == Mark::box) {
    items.push_back(
        fmt::format("$legend{} using 1:2:3:4:5:6 with boxxyerror lc rgb {} notitle", c, quoted(curve.color)));
    return data_block(fmt::format("legend{}", c),
                      {fmt::format("{} {} {} {} {} {}", x, y, x, end, y - half_height, y + half_height)});
  }
  items.push_back(fmt::format("$legend{} using 1:2 with lines {} notitle", c, line_style(curve)));
  items.push_back(fmt::format("$legend{} every ::1::1 using 1:2 with points {} {} notitle", c, line_style(curve),
                              marker_style(curve)));
  return data_block(
      fmt::format("legend{}", c),
      {fmt::format("{} {}", x, y), fmt::format("{} {}", x + sample_width / 2, y), fmt::format("{} {}", end, y)});
}

}  // namespace

int legend_rows(const std::vector<Curve>& curves) { return static_cast<int>(in_rows(curves).size()); }

std::string end_figure(const PanelGrid& grid, const std::vector<Curve>& curves, Mark mark) {
  std::string script = fmt::format(
      "unset label\nunset title\nunset xlabel\nunset ylabel\nunset border\nunset tics\nunset grid\nunset logscale\n"
      "set lmargin at screen 0\nset rmargin at screen 1\nset tmargin at screen 1\nset bmargin at screen 0\n"
      "set style fill solid 1 noborder\nset xrange [0:{}]\nset yrange [0:{}]\n",
      canvas_width, grid.height());
  std::vector<std::string> items;
  double y = grid.height() + legend_row_height * 0.3;
  for (const std::vector<std::size_t>& row : in_rows(curves)) {
    double width = -item_gap;
    for (const std::size_t c : row) width += item_width(curves[c]);
    double x = (canvas_width - width) / 2;
    y -= legend_row_height;
    for (const std::size_t c : row) {
      script += sample_of(curves[c], c, mark, x, y, items);
      script +=
          fmt::format("set label {} at {},{} left\n", quoted(curves[c].label), x + sample_width + text_gap, y);
      x += item_width(curves[c]);
    }
  }
  return script + plot_of(items) + "unset multiplot\n";
}

}  // namespace tilewright
