#include "report/mask_picture.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/gnuplot.hpp"
#include "report/mask_panel.hpp"

namespace tilewright {

namespace {

constexpr Count most_cells = 1000;
constexpr double map_side = 640;
constexpr double most_cell = 40;
constexpr double least_width = 600;
constexpr double right_margin = 30;

// Fewer cells until they are few rectangles, as those of scattered tiles would be a file of megabytes.
TileCells drawable_cells(const TileMap& map) {
  constexpr std::size_t most_rectangles = 30000;
  constexpr Count least_cells = 80;
  for (Count most = most_cells;; most /= 2) {
    TileCells cells = map_cells(map, most, most);
    const std::size_t rectangles =
        rectangles_of(cells, 0, TileKind::full).size() + rectangles_of(cells, 0, TileKind::partial).size();
    if (rectangles <= most_rectangles || most <= least_cells) return cells;
  }
}

std::string axis_title(const char* tile, const Extents& extents, TileOrder order, const char* tokens) {
  const Count size = tokens_of(extents);
  if (size == 1) return fmt::format("{}, a tile each", tokens);
  return fmt::format("{} of {} {}", tile, order == TileOrder::flat ? std::to_string(size) : to_text(extents),
                     tokens);
}

}  // namespace

Drawing draw_mask(const TiledMask& tiled) {
  const TileCells cells = drawable_cells(tiled.map);
  const CellPanel panel(cells, 0, map_side, most_cell);
  const double left = room_for_axis + 4;
  const double width = std::max(least_width, left + panel.width() + right_margin);
  const TileCount count = count_map(tiled.map);
  const Count all = tiled.map.visited.query_blocks() * tiled.map.visited.key_blocks();

  Canvas canvas;
  MaskHead head(canvas, width);
  head.title(tiled);
  head.legend(with_commas(count.full) + " full", with_commas(count.visited - count.full) + " partial",
              fmt::format("{} empty of {} pairs of tiles", with_commas(all - count.visited), with_commas(all)));
  head.note(cells.note());
  const double top = head.bottom();
  panel.draw(canvas, left, top);
  panel.draw_axes(canvas, left, top, axis_title("Q tiles", tiled.tiling.query_tile, tiled.tiling.order, "queries"),
                  axis_title("KV tiles", tiled.tiling.key_tile, tiled.tiling.order, "keys"));
  return canvas.drawing("mask", static_cast<int>(width), static_cast<int>(top + panel.height() + room_for_axis));
}

std::map<std::string, std::string> picture_files(const std::vector<Drawing>& drawings, const std::string& title,
                                                 bool png) {
  std::map<std::string, std::string> files = run_gnuplot(drawings, png ? Formats{"svg", "png"} : Formats{"svg"});
  for (auto& [name, content] : files)
    if (name.ends_with(".svg")) content = compact_svg(content, title);
  return files;
}

}  // namespace tilewright
