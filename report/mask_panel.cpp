#include "report/mask_panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/palette.hpp"

namespace tilewright {

namespace {

constexpr double margin = 14;
constexpr double least_panel_height = 20;
const char* const line_color = "#777777";

// What is painted on what: a panel is empty, with partial and full cells on it.
int layer_of(TileKind kind) { return static_cast<int>(kind); }

// Dark, bright and pale, so that they differ without colour too.
std::string color_of(TileKind kind) {
  constexpr std::size_t blue = 0;
  constexpr std::size_t orange = 4;
  if (kind == TileKind::empty) return "#EEEEEE";
  return color_of_index(kind == TileKind::full ? blue : orange);
}

// 1, 2 or 5 times a power of ten, so that labels have so many pixels each.
Count label_step(double tile_px, double label_px) {
  for (Count power = 1;; power *= 10)
    for (const Count step : {power, 2 * power, 5 * power})
      if (static_cast<double>(step) * tile_px >= label_px) return step;
}

}  // namespace

void MaskHead::lines(const std::string& text, int size) {
  for (const std::string& line : wrapped(text, letters_within(width_ - 2 * margin, size))) {
    canvas_.write(margin, y_, {line, size});
    y_ += size + 6;
  }
}

void MaskHead::title(const TiledMask& tiled) {
  lines(tiled.text, 16);
  lines(describe_layout(tiled.mask.layout) + "; " + describe_tiles(tiled.tiling), 13);
}

void MaskHead::legend(const std::string& full, const std::string& partial, const std::string& empty) {
  double x = margin;
  y_ += 4;
  const auto item = [&](TileKind kind, const std::string& name) {
    const Canvas::Area box{x, y_ - 6, x + 22, y_ + 6};
    canvas_.fill(box, color_of(kind), layer_of(kind));
    canvas_.frame(box, line_color, 0.7);
    canvas_.write(x + 28, y_, {name, 13});
    x += 28 + text_width(name, 13) + 22;
  };
  item(TileKind::full, full);
  item(TileKind::partial, partial);
  item(TileKind::empty, empty);
  y_ += 21;
}

void MaskHead::note(const std::string& text) {
  if (!text.empty()) lines(text, 12);
}

CellPanel::CellPanel(const TileCells& cells, Count slice, double side, double most_cell)
    : cells_(cells), slice_(slice) {
  const auto longest = static_cast<double>(std::max(cells.cells[1], cells.cells[2]));
  cell_width_ = std::clamp(std::floor(side / longest), 1.0, most_cell);
  cell_height_ = std::max(cell_width_, std::ceil(least_panel_height / static_cast<double>(cells.cells[1])));
}

void CellPanel::draw(Canvas& canvas, double left, double top) const {
  const Canvas::Area all{left, top, left + width(), top + height()};
  canvas.fill(all, color_of(TileKind::empty), layer_of(TileKind::empty));
  for (const TileKind kind : {TileKind::partial, TileKind::full})
    for (const CellRectangle& cells : rectangles_of(cells_, slice_, kind))
      canvas.fill({left + cell_width_ * static_cast<double>(cells.left),
                   top + cell_height_ * static_cast<double>(cells.top),
                   left + cell_width_ * static_cast<double>(cells.right),
                   top + cell_height_ * static_cast<double>(cells.bottom)},
                  color_of(kind), layer_of(kind));
  canvas.frame(all, line_color, 0.7);
}

void CellPanel::draw_axes(Canvas& canvas, double left, double top, const std::string& down,
                          const std::string& across) const {
  const double tile_width = cell_width_ / static_cast<double>(cells_.step[2]);
  const double tile_height = cell_height_ / static_cast<double>(cells_.step[1]);
  const auto middle = [](Count tile, double tile_px) { return (static_cast<double>(tile) + 0.5) * tile_px; };
  for (Count tile = 0; tile < cells_.tiles[2]; tile += label_step(tile_width, 44))
    canvas.write(left + middle(tile, tile_width), top + height() + 11,
                 {std::to_string(tile), 12, Canvas::Align::center});
  for (Count tile = 0; tile < cells_.tiles[1]; tile += label_step(tile_height, 22))
    canvas.write(left - 6, top + middle(tile, tile_height), {std::to_string(tile), 12, Canvas::Align::right});
  const bool fits = height() >= text_width(down, 13);
  if (fits) canvas.write(left - 44, top + height() / 2, {down, 13, Canvas::Align::center, true});
  canvas.write(left + width() / 2, top + height() + 32,
               {fits ? across : across + "; down: " + down, 13, Canvas::Align::center});
}

void CellPanel::draw_outline(Canvas& canvas, double left, double top, const OwnTiles& rows,
                             const OwnTiles& columns) const {
  const double tile_width = cell_width_ / static_cast<double>(cells_.step[2]);
  const double tile_height = cell_height_ / static_cast<double>(cells_.step[1]);
  canvas.frame({left + columns.first * tile_width, top + rows.first * tile_height, left + columns.last * tile_width,
                top + rows.last * tile_height},
               "#000000", 2);
}

}  // namespace tilewright
