// The parts of a picture of a mask: title, legend, and a panel of cells with its axes. Lengths are pixels.
#pragma once

#include <string>
#include <vector>

#include "report/canvas.hpp"
#include "report/tile_cells.hpp"

namespace tilewright {

/// What stands above the cells; each function returns the y of what may follow.
class MaskHead {
 public:
  MaskHead(Canvas& canvas, double width) : canvas_(canvas), width_(width) {}

  /// The mask, its layout and its tiles.
  void title(const TiledMask& tiled);
  /// Samples of the three colours, with these names.
  void legend(const std::string& full, const std::string& partial, const std::string& empty);
  void note(const std::string& text);
  [[nodiscard]] double bottom() const { return y_; }

 private:
  void lines(const std::string& text, int size);

  Canvas& canvas_;
  double width_;
  double y_ = 20;  // of the middle of the next line
};

/// A slice of cells, each of so many whole pixels, so that no seams show between them.
class CellPanel {
 public:
  /// At most `side` wide and high; a cell is at most `most_cell` wide.
  CellPanel(const TileCells& cells, Count slice, double side, double most_cell);

  [[nodiscard]] double width() const { return cell_width_ * static_cast<double>(cells_.cells[2]); }
  [[nodiscard]] double height() const { return cell_height_ * static_cast<double>(cells_.cells[1]); }
  void draw(Canvas& canvas, double left, double top) const;
  /// Numbers of tiles at the left and below, and what they are of.
  void draw_axes(Canvas& canvas, double left, double top, const std::string& down, const std::string& across) const;
  /// An outline around tiles of a panel that stands at left, top.
  void draw_outline(Canvas& canvas, double left, double top, const OwnTiles& rows, const OwnTiles& columns) const;

 private:
  const TileCells& cells_;
  Count slice_;
  double cell_width_;
  double cell_height_;
};

inline constexpr double room_for_axis = 56;  ///< at the left of a panel and below it

}  // namespace tilewright
