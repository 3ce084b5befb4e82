#include "einsum/mask/scattered_census.hpp"

#include <algorithm>

#include "common/parallel.hpp"
#include "einsum/mask/query_runs.hpp"

namespace tilewright {

ScatteredWalk::ScatteredWalk(const Mask& mask, const Tiling& tiling)
    : relation_(mask.flattened()),
      layout_(mask.layout),
      tiling_(tiling),
      query_tiles_(tokens_of(grid_of(layout_.queries, tiling.query_tile))),
      key_tiles_(tokens_of(grid_of(layout_.keys, tiling.key_tile))),
      pairs_(key_tiles_, 0),
      whole_rows_(tokens_of(layout_.keys) / layout_.keys.back() + 1, 0) {
  for (std::size_t d = 0; d < layout_.dimensions(); ++d)
    grids_.push_back(fixed_grid(layout_.keys[d], tiling.key_tile[d]));
}

bool ScatteredWalk::next() {
  if (at_ == query_tiles_) return false;
  collect_pieces();
  if (tiling_.key_tiles == KeyTiles::dynamic) cover_wanted_keys();
  for (const Piece& piece : pieces_) {
    stop_if_interrupted();
    count(piece);
  }
  count_whole_lines();
  close();
  return true;
}

ScatteredWalk::Grid ScatteredWalk::fixed_grid(Count keys, Count tile) {
  return covering_grid(ByCount<char>(keys, 1), tile);
}

ScatteredWalk::Grid ScatteredWalk::covering_grid(const ByCount<char>& wanted, Count tile) {
  const Count keys = wanted.size();
  Grid grid{ByCount<Count>(keys, -1), {}};
  for (Count key = 0; key < keys;) {
    if (wanted[key] == 0) {
      ++key;
      continue;
    }
    const Count end = std::min(key + tile, keys);
    std::fill(grid.tile_of.begin() + key, grid.tile_of.begin() + end, grid.tiles.size());
    grid.tiles.emplace_back(key, end);
    key = end;
  }
  return grid;
}

// Those of every run of queries that is contiguous when flattened.
void ScatteredWalk::collect_pieces() {
  pieces_.clear();
  queries_ = 0;
  for (const QueryRun& run : query_runs(layout_.queries, tiling_.query_tile, at_++)) {
    stop_if_interrupted();
    relation_->pieces(run.first, run.last, pieces_);
    queries_ += run.last - run.first;
  }
}

// Dynamic tiles: the keys that any query of the tile sees, seen from each dimension, are covered from left to
// right.
void ScatteredWalk::cover_wanted_keys() {
  std::vector<ByCount<char>> wanted;
  for (const Count extent : layout_.keys) wanted.emplace_back(extent, 0);
  const Count width = layout_.keys.back();
  for (const Piece& piece : pieces_) {
    stop_if_interrupted();
    const Count begin = piece.lowest();
    const Count end = piece.highest();
    for (Count line = begin / width; line * width < end; ++line) {
      Count rest = line;
      for (std::size_t d = layout_.dimensions() - 1; d-- > 0; rest /= layout_.keys[d])
        wanted[d][rest % layout_.keys[d]] = 1;
      std::fill(wanted.back().begin() + std::max(begin - line * width, Count{0}),
                wanted.back().begin() + std::min(end - line * width, width), 1);
    }
  }
  for (std::size_t d = 0; d < wanted.size(); ++d) grids_[d] = covering_grid(wanted[d], tiling_.key_tile[d]);
}

void ScatteredWalk::count(const Piece& piece) {
  const Count width = layout_.keys.back();
  const Count end = ceil_div(piece.highest(), width);
  Count whole_begin = ceil_div(piece.segment.low.row(piece.end - 1), width);
  Count whole_end = piece.segment.high.row(piece.begin) / width;
  if (whole_begin < whole_end) {
    whole_rows_[whole_begin] += piece.queries();
    whole_rows_[whole_end] -= piece.queries();
  } else {
    whole_begin = whole_end = end;
  }
  for (Count line = piece.lowest() / width; line < whole_begin; ++line) count_line(piece, line);
  for (Count line = whole_end; line < end; ++line) count_line(piece, line);
}

void ScatteredWalk::count_whole_lines() {
  const Grid& columns = grids_.back();
  Count rows = 0;
  for (Count line = 0; line < whole_rows_.size(); ++line) {
    rows += whole_rows_[line];
    whole_rows_[line] = 0;
    if (rows == 0) continue;
    const Count base = line_tile(line) * columns.tiles.size();
    for (Count tile = 0; tile < columns.tiles.size(); ++tile)
      add(base + tile, rows * (columns.tiles[tile].second - columns.tiles[tile].first));
  }
}

void ScatteredWalk::add(Count tile, Count pairs) {
  Count& sum = pairs_[tile];
  if (sum == 0 && pairs > 0) touched_.push_back(tile);
  sum += pairs;
}

void ScatteredWalk::count_line(const Piece& piece, Count line) {
  const Grid& columns = grids_.back();
  const Count origin = line * layout_.keys.back();
  const Count base = line_tile(line) * columns.tiles.size();
  const Count begin = std::max(piece.lowest() - origin, Count{0});
  const Count end = std::min(piece.highest() - origin, layout_.keys.back());
  for (Count key = begin; key < end;) {
    const Count tile = columns.tile_of[key];
    const auto [from, to] = columns.tiles[tile];
    const Count pairs = pairs_below(piece.segment, piece.begin, piece.end, origin + to) -
                        pairs_below(piece.segment, piece.begin, piece.end, origin + from);
    add(base + tile, pairs);
    key = to;
  }
}

// The tile that a line of keys is in, among the tiles of all dimensions but the last.
Count ScatteredWalk::line_tile(Count line) const {
  Count tile = 0;
  Count scale = 1;
  for (std::size_t d = layout_.dimensions() - 1; d-- > 0; line /= layout_.keys[d]) {
    tile += scale * grids_[d].tile_of[line % layout_.keys[d]];
    scale *= grids_[d].tiles.size();
  }
  return tile;
}

void ScatteredWalk::close() {
  visited_.clear();
  for (const Count tile : touched_) {
    Count keys = 1;
    Count rest = tile;
    for (std::size_t d = grids_.size(); d-- > 0;) {
      const Count count = grids_[d].tiles.size();
      const auto [from, to] = grids_[d].tiles[rest % count];
      keys *= to - from;
      rest /= count;
    }
    Count& pairs = pairs_[tile];
    visited_.push_back({tile, pairs, queries_ * keys});
    pairs = 0;
  }
  touched_.clear();
}

}  // namespace tilewright
