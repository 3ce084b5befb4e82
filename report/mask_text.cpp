#include "report/mask_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tilewright {

namespace {

constexpr Count most_columns = 96;
constexpr Count most_rows = 48;

struct Characters {
  const char* full;
  const char* partial;
  const char* empty;
  const char* own_full;  // of the Q tile's own tokens
  const char* own_partial;

  [[nodiscard]] const char* of(TileKind kind, bool own) const {
    if (kind == TileKind::full) return own ? own_full : full;
    if (kind == TileKind::partial) return own ? own_partial : partial;
    return empty;
  }
};

const Characters& characters(bool ascii) {
  static constexpr Characters blocks{"█", "▒", "·", "Q", "q"};
  static constexpr Characters plain{"#", "+", ".", "Q", "q"};
  return ascii ? plain : blocks;
}

std::string legend(const Characters& with) {
  return fmt::format("{} full  {} partial  {} empty", with.full, with.partial, with.empty);
}

// A line of its own, where there is one.
std::string note_line(const TileCells& cells) { return cells.merged() ? cells.note() + "\n" : ""; }

// A character is about twice as high as wide.
Count repeats(Count columns) { return 2 * columns <= most_columns ? 2 : 1; }

void append_cell(std::string& line, const char* character, Count times) {
  for (Count i = 0; i < times; ++i) line += character;
}

// Cells [first, last) that some of the tokens lie in.
bool overlaps(const OwnTiles& own, Count cell, Count step) {
  const auto first = static_cast<double>(cell * step);
  return own.first < first + static_cast<double>(step) && own.last > first;
}

class QueryTileText {
 public:
  QueryTileText(const TileGrid& grid, const Extents& tile, const TileCells& cells, const Characters& with)
      : cells_(cells), with_(with) {
    for (std::size_t d = 0; d < tile.size(); ++d) own_.push_back(grid.own(d, tile[d]));
    if (own_.size() == 2) own_.insert(own_.begin(), OwnTiles{0, 1});
    times_ = cells.cells[0] > 1 && cells.cells[0] * (2 * cells.cells[2] + 2) > most_columns
                 ? 1
                 : repeats(cells.cells[2]);
  }

  [[nodiscard]] std::string text() const {
    const Count width = times_ * cells_.cells[2] + gap;
    const Count abreast = std::max<Count>(1, (most_columns + gap) / width);
    std::string text;
    for (Count first = 0; first < cells_.cells[0]; first += abreast) {
      const Count last = std::min(first + abreast, cells_.cells[0]);
      if (cells_.tiles[0] > 1) text += (first > 0 ? "\n" : "") + numbers(first, last, width);
      for (Count row = 0; row < cells_.cells[1]; ++row) text += line(first, last, row);
    }
    return text;
  }

 private:
  static constexpr Count gap = 2;

  [[nodiscard]] std::string numbers(Count first, Count last, Count width) const {
    std::string line;
    for (Count slice = first; slice < last; ++slice) line += fmt::format("{:<{}}", slice * cells_.step[0], width);
    line.erase(line.find_last_not_of(' ') + 1);
    return line + "\n";
  }

  [[nodiscard]] std::string line(Count first, Count last, Count row) const {
    std::string line;
    for (Count slice = first; slice < last; ++slice) {
      if (slice > first) line.append(gap, ' ');
      for (Count column = 0; column < cells_.cells[2]; ++column)
        append_cell(line, with_.of(cells_.at(slice, row, column), is_own(slice, row, column)), times_);
    }
    return line + "\n";
  }

  [[nodiscard]] bool is_own(Count slice, Count row, Count column) const {
    return overlaps(own_[0], slice, cells_.step[0]) && overlaps(own_[1], row, cells_.step[1]) &&
           overlaps(own_[2], column, cells_.step[2]);
  }

  const TileCells& cells_;
  const Characters& with_;
  std::vector<OwnTiles> own_;
  Count times_;
};

}  // namespace

std::string mask_text(const TiledMask& tiled, bool ascii) {
  const TileCells cells = map_cells(tiled.map, most_rows, most_columns);
  const Characters& with = characters(ascii);
  const Count times = repeats(cells.cells[2]);
  std::string text = fmt::format("Q tiles down, KV tiles across; {}\n{}", legend(with), note_line(cells));
  for (Count row = 0; row < cells.cells[1]; ++row) {
    for (Count column = 0; column < cells.cells[2]; ++column)
      append_cell(text, with.of(cells.at(0, row, column), false), times);
    text += '\n';
  }
  return text;
}

std::string query_tile_text(const TiledMask& tiled, const TileGrid& grid, const Extents& query_tile, bool ascii) {
  constexpr Count most_slices = 24;
  const bool slices = grid.key_tiles().size() == 3;
  const TileCells cells = query_tile_cells(tiled.map, grid, query_tile, {most_slices, most_rows, most_columns});
  const Characters& with = characters(ascii);
  const TileCount count = count_row(tiled.map, grid.number_of(query_tile));
  std::string text =
      fmt::format("Q tile {} visits {} KV tiles, {} of them full; {}/{}: its own\n", to_text(query_tile),
                  with_commas(count.visited), with_commas(count.full), with.own_full, with.own_partial);
  if (slices) text += "Slices along dimension 1, by number; dimension 2 down, 3 across\n";
  return text + note_line(cells) + QueryTileText(grid, query_tile, cells, with).text();
}

}  // namespace tilewright
