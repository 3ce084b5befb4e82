#include <fmt/format.h>

#include <algorithm>

#include "report/mask_panel.hpp"
#include "report/mask_picture.hpp"

namespace tilewright {

namespace {

constexpr double canvas_side = 760;
constexpr double side_margin = 14;

// Blocks from left to right, and in a new row where one does not fit.
class Flow {
 public:
  explicit Flow(double top) : y_(top) {}

  /// The left, upper corner of a block of that size.
  std::pair<double, double> place(double width, double height) {
    if (x_ > side_margin && x_ + width > canvas_side - side_margin) new_row();
    const std::pair<double, double> corner{x_, y_};
    x_ += width;
    row_bottom_ = std::max(row_bottom_, y_ + height);
    return corner;
  }
  void new_row() {
    y_ = bottom();
    x_ = side_margin;
  }
  [[nodiscard]] double bottom() const { return std::max(y_, row_bottom_); }

 private:
  double x_ = side_margin;
  double y_;
  double row_bottom_ = 0;
};

class QueryTilePicture {
 public:
  QueryTilePicture(const TiledMask& tiled, const TileGrid& grid) : tiled_(tiled), grid_(grid) {}

  Drawing draw(const std::vector<Extents>& query_tiles) {
    MaskHead head(canvas_, canvas_side);
    head.title(tiled_);
    head.legend("full", "partial", "empty; outlined: the Q tile's own tokens");
    head.note(query_tile_cells(tiled_.map, grid_, query_tiles.front(), most()).note());
    head.note(three() ? "One panel per KV tile of dimension 1; dimension 2 goes down, 3 across."
                      : "Axes count KV tiles.");
    Flow flow(head.bottom() + 4);
    for (const Extents& tile : query_tiles) {
      const TileCells cells = query_tile_cells(tiled_.map, grid_, tile, most());
      if (three()) {
        add_slices(flow, tile, cells);
      } else {
        add_plane(flow, tile, cells);
      }
    }
    return canvas_.drawing("query-tile", static_cast<int>(canvas_side), static_cast<int>(flow.bottom() + 6));
  }

 private:
  [[nodiscard]] bool three() const { return grid_.key_tiles().size() == 3; }
  [[nodiscard]] CellBox most() const { return three() ? CellBox{48, 120, 120} : CellBox{1, 300, 300}; }

  [[nodiscard]] std::string name_of(const Extents& tile) const {
    const TileCount count = count_row(tiled_.map, grid_.number_of(tile));
    return fmt::format("Q tile {}: visits {}, {} of them full", to_text(tile), with_commas(count.visited),
                       with_commas(count.full));
  }

  void add_plane(Flow& flow, const Extents& tile, const TileCells& cells) {
    constexpr double side = 300;
    constexpr double title = 24;
    const CellPanel panel(cells, 0, side, 48);
    const auto [left, top] = flow.place(room_for_axis + side + 10, title + panel.height() + room_for_axis);
    canvas_.write(left, top + 8, {name_of(tile), 13});
    const double x = left + room_for_axis - 8;
    panel.draw(canvas_, x, top + title);
    panel.draw_axes(canvas_, x, top + title, "dimension 1", "dimension 2");
    panel.draw_outline(canvas_, x, top + title, grid_.own(0, tile[0]), grid_.own(1, tile[1]));
  }

  void add_slices(Flow& flow, const Extents& tile, const TileCells& cells) {
    constexpr double side = 132;
    constexpr double title = 20;
    flow.new_row();
    const auto [left, top] = flow.place(canvas_side, 26);
    canvas_.write(left, top + 10, {name_of(tile), 13});
    flow.new_row();
    for (Count slice = 0; slice < cells.cells[0]; ++slice) {
      const CellPanel panel(cells, slice, side, 16);
      const auto [x, y] = flow.place(panel.width() + 14, title + panel.height() + 10);
      canvas_.write(x + panel.width() / 2, y + 10,
                    {std::to_string(slice * cells.step[0]), 12, Canvas::Align::center});
      panel.draw(canvas_, x, y + title);
      const OwnTiles own = grid_.own(0, tile[0]);
      const auto first = static_cast<double>(slice * cells.step[0]);
      if (own.first < first + static_cast<double>(cells.step[0]) && own.last > first)
        panel.draw_outline(canvas_, x, y + title, grid_.own(1, tile[1]), grid_.own(2, tile[2]));
    }
  }

  const TiledMask& tiled_;
  const TileGrid& grid_;
  Canvas canvas_;
};

}  // namespace

Drawing draw_query_tiles(const TiledMask& tiled, const TileGrid& grid, const std::vector<Extents>& query_tiles) {
  return QueryTilePicture(tiled, grid).draw(query_tiles);
}

}  // namespace tilewright
