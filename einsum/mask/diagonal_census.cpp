#include "einsum/mask/diagonal_census.hpp"

#include <algorithm>
#include <numeric>

#include "common/parallel.hpp"

namespace tilewright {

namespace {

// A Q tile that lies an equal number of KV tiles before another one, in phase with it, visits what that one does,
// moved; what would be before the first key is gone. So the last Q tile of each phase says it for all. The last
// ones of all, which reach into a KV tile that is cut, or are cut themselves, are counted by themselves.
class DiagonalCensus {
 public:
  DiagonalCensus(const Relation& relation, const AxisTiles& tiles)
      : relation_(relation),
        extent_(relation.extent()),
        tiles_(tiles),
        grid_(tiles.key_tile),
        period_(tiles.key_tile / std::gcd(tiles.query_tile, tiles.key_tile)) {}

  AxisCensus count() {
    const Count query_tiles = ceil_div(extent_.queries, tiles_.query_tile);
    census_.key_tiles = ceil_div(extent_.keys, tiles_.key_tile);
    census_.tiles.resize(static_cast<std::size_t>(query_tiles));
    census_.pairs = pairs();
    const Count whole_keys = extent_.keys / tiles_.key_tile * tiles_.key_tile;
    const Count whole_queries = std::max(Count{0}, whole_keys - extent_.position(0));
    const Count alike = std::min(extent_.queries, whole_queries) / tiles_.query_tile;
    for (Count tile = alike; tile < query_tiles; ++tile) count_one(tile);
    for (Count tile = std::max(Count{0}, alike - period_); tile < alike; ++tile) {
      count_one(tile);
      count_before(tile);
    }
    return std::move(census_);
  }

 private:
  // The last query sees every diagonal; one that begins at its key has a pair for each query from there on.
  [[nodiscard]] Count pairs() {
    Count sum = 0;
    pieces_.clear();
    relation_.pieces(extent_.queries - 1, extent_.queries, pieces_);
    for (const Piece& piece : pieces_) {
      const Count many = std::max(piece.lowest(), std::min(piece.highest(), extent_.queries - 1));
      const Count few = many - piece.lowest();  // keys that not all queries see
      sum += few * (piece.lowest() + many + 1) / 2 + (piece.highest() - many) * extent_.queries;
    }
    return sum;
  }

  void count_one(Count tile) {
    stop_if_interrupted();
    const Count first = tile * tiles_.query_tile;
    const Count last = std::min(first + tiles_.query_tile, extent_.queries);
    pieces_.clear();
    relation_.pieces(first, last, pieces_);
    grid_.count(pieces_, last - first, extent_.keys);
    TileCount count;
    for (const TileRun& run : grid_.runs()) {
      count.visited += run.last - run.first;
      if (run.full) count.full += run.last - run.first;
    }
    add(tile, count, last - first, grid_.visited_keys());
  }

  // Those in phase with the tile that has just been counted.
  void count_before(Count tile) {
    const Count drift = period_ * tiles_.query_tile / tiles_.key_tile;
    TileCount left = census_.tiles[static_cast<std::size_t>(tile)];
    auto run = grid_.runs().begin();
    Count begin = 0;  // KV tiles before it are not there any more
    for (Count before = tile - period_; before >= 0; before -= period_) {
      begin += drift;
      for (; run != grid_.runs().end() && run->first < begin; ++run) {
        const Count gone = std::min(begin, run->last) - std::max(begin - drift, run->first);
        left.visited -= gone;
        if (run->full) left.full -= gone;
        if (run->last > begin) break;
      }
      add(before, left, tiles_.query_tile, left.visited * tiles_.key_tile);
    }
  }

  void add(Count tile, const TileCount& count, Count queries, Count keys) {
    census_.tiles[static_cast<std::size_t>(tile)] = count;
    census_.visited += count.visited;
    census_.full += count.full;
    census_.visited_tokens += queries * keys;
    census_.fetched_keys += keys;
  }

  const Relation& relation_;
  Extent extent_;
  AxisTiles tiles_;
  PieceCensus grid_;
  Count period_;  // Q tiles after which the grids of queries and of keys are in phase again
  Pieces pieces_;
  AxisCensus census_;
};

}  // namespace

AxisCensus census_along_diagonals(const Relation& relation, const AxisTiles& tiles) {
  return DiagonalCensus(relation, tiles).count();
}

}  // namespace tilewright
