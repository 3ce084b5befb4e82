#include "report/waterfall_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "report/canvas.hpp"
#include "report/palette.hpp"

namespace tilewright {

namespace {

constexpr double margin = 10;
constexpr int text_size = 14;
constexpr int small_size = 13;
constexpr double plot_width = 320;
constexpr double lane_height = 16;
constexpr double line_height = 19;
constexpr double least_bar = 1.5;
const char* const line_color = "#777777";

// Dark, bright and pale: they differ without colour too. Copies are grey.
struct Shade {
  std::string fill;
  std::string text;
};

Shade shade_of(std::int64_t tile) {
  const std::array<Shade, 3> shades{
      {{color_of_index(0), "#FFFFFF"}, {color_of_index(4), "#000000"}, {"#DDEBF7", "#000000"}}};
  return shades[static_cast<std::size_t>((tile % 3 + 3) % 3)];
}

const Shade copy_shade{"#BBBBBB", "#000000"};

std::string name_of_tile(std::int64_t tile) { return tile == 0 ? "t" : fmt::format("t{:+}", tile); }

// 1, 2 or 5 times a power of ten, at most five to the picture.
double tic_step(double cycles) {
  for (double power = std::pow(10, std::floor(std::log10(cycles)) - 2);; power *= 10)
    for (const double step : {power, 2 * power, 5 * power})
      if (step * 5 >= cycles) return step;
}

// Bars that overlap, of tiles that share a unit, go to lanes of their own.
std::vector<std::size_t> lanes_of(const WaterfallRow& row) {
  std::vector<double> until;
  std::vector<std::size_t> lanes;
  for (const WaterfallBar& bar : row.bars) {
    const auto free = std::ranges::find_if(until, [&](double end) { return end <= bar.start + 1e-6; });
    lanes.push_back(static_cast<std::size_t>(free - until.begin()));
    if (free == until.end()) until.emplace_back();
    until[lanes.back()] = bar.end;
  }
  return lanes;
}

class Picture {
 public:
  Picture(const Waterfall& waterfall, const std::string& title) : waterfall_(waterfall) {
    for (const WaterfallRows& part : waterfall.parts) {
      left_ = std::max(left_, text_width(heading_of(part), small_size) - 8);
      for (const WaterfallRow& row : part.rows) left_ = std::max(left_, text_width(row.name, text_size));
    }
    left_ += 2 * margin + 8;
    width_ = left_ + plot_width + margin + 16;
    lines(title);
  }

  Drawing draw() {
    lines(fmt::format("Group {}: a tile (t, t+1, ...) every {:.5g} cycles", waterfall_.group,
                      waterfall_.tile_cycles));
    lines("%: how busy units are");
    y_ += line_height;
    const double top = y_;
    for (const WaterfallRows& part : waterfall_.parts) draw_part(part);
    draw_axis(top);
    return canvas_.drawing("waterfall", static_cast<int>(std::ceil(width_)), static_cast<int>(std::ceil(y_)));
  }

 private:
  [[nodiscard]] double x_of(double cycle) const { return left_ + cycle / waterfall_.cycles * plot_width; }

  void lines(const std::string& text) {
    for (const std::string& line : wrapped(text, letters_within(width_ - 2 * margin, text_size))) {
      canvas_.write(margin, y_, {line, text_size});
      y_ += line_height;
    }
  }

  [[nodiscard]] std::string heading_of(const WaterfallRows& part) const {
    if (part.name.empty()) return "copies";
    return fmt::format("{} {:.1f} %", part.name, 100 * part.busy_cycles / waterfall_.cycles);
  }

  void draw_part(const WaterfallRows& part) {
    y_ += 3;
    canvas_.write(margin, y_, {heading_of(part), small_size});
    y_ += line_height - 2;
    for (const WaterfallRow& row : part.rows) draw_row(row);
  }

  void draw_row(const WaterfallRow& row) {
    const std::vector<std::size_t> lanes = lanes_of(row);
    const double top = y_ - lane_height / 2;
    canvas_.write(margin + 8, y_, {row.name, text_size});
    for (std::size_t i = 0; i < lanes.size(); ++i)
      draw_bar(row, row.bars[i], top + lane_height * static_cast<double>(lanes[i]));
    y_ += lane_height * static_cast<double>(1 + *std::ranges::max_element(lanes)) + 3;
  }

  void draw_bar(const WaterfallRow& row, const WaterfallBar& bar, double top) {
    const Shade shade = row.of_tiles ? shade_of(bar.tile) : copy_shade;
    const double from = x_of(bar.start);
    const double to = std::max(x_of(bar.end), from + least_bar);
    const Canvas::Area area{from, top, to, top + lane_height};
    canvas_.fill(area, shade.fill, 1);
    canvas_.frame(area, line_color, 0.7);
    const std::string name = name_of_tile(bar.tile);
    if (row.of_tiles && to - from >= text_width(name, small_size) + 4)
      canvas_.write((from + to) / 2, top + lane_height / 2,
                    {name, small_size, Canvas::Align::center, false, shade.text, true});
  }

  // A line where the steady state has a tile begin, and what is between the first two.
  void draw_axis(double top) {
    const double bottom = y_ - lane_height / 2;
    for (int tile = 0; tile * waterfall_.tile_cycles <= waterfall_.cycles * (1 + 1e-9); ++tile) {
      const double x = x_of(tile * waterfall_.tile_cycles);
      canvas_.fill({x - 1, top - lane_height, x + 1, bottom}, line_color);
    }
    const std::string interval = fmt::format("{:.5g} cycles", waterfall_.tile_cycles);
    const double width = x_of(waterfall_.tile_cycles) - left_;
    if (width <= plot_width && width >= text_width(interval, small_size) + 6)
      canvas_.write(left_ + width / 2, top - lane_height, {interval, small_size, Canvas::Align::center});
    canvas_.frame({left_, top - lane_height / 2, left_ + plot_width, bottom}, line_color, 0.7);
    const double step = tic_step(waterfall_.cycles);
    for (double cycle = 0; cycle <= waterfall_.cycles; cycle += step) {
      canvas_.fill({x_of(cycle) - 0.5, bottom, x_of(cycle) + 0.5, bottom + 5}, line_color);
      canvas_.write(x_of(cycle), bottom + 13, {fmt::format("{:.6g}", cycle), small_size, Canvas::Align::center});
    }
    canvas_.write(left_ + plot_width / 2, bottom + 31, {"cycles", small_size, Canvas::Align::center});
    y_ = bottom + 44;
  }

  const Waterfall& waterfall_;
  Canvas canvas_;
  double left_ = 0;
  double width_ = 0;
  double y_ = 16;  // of the middle of the next line
};

}  // namespace

Drawing draw_waterfall(const Waterfall& waterfall, const std::string& title) {
  return Picture(waterfall, title).draw();
}

}  // namespace tilewright
