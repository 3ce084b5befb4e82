#include <algorithm>
#include <numeric>

#include "common/parallel.hpp"
#include "einsum/mask/axis_census.hpp"

namespace tilewright {

namespace {

constexpr std::size_t enough_segments = 4096;  // of one fetch: memory stays bounded, and fetches stay few
constexpr Count many_bands = 4;                // of a Q tile, where they are of many segments: edges cross

}  // namespace

QueryTileWalk::QueryTileWalk(const Relation& relation, const AxisTiles& tiles)
    : relation_(relation),
      tiles_(tiles),
      extent_(relation.extent()),
      grid_(tiles.key_tile),
      period_(tiles.key_tile / std::gcd(tiles.query_tile, tiles.key_tile)) {}

bool QueryTileWalk::next() {
  first_ = last_;
  if (first_ == extent_.queries) return false;
  last_ = std::min(first_ + tiles_.query_tile, extent_.queries);
  if (fetched_ < last_ && !in_pieces_) fetch();
  runs_.clear();
  pairs_ = 0;
  visited_keys_ = 0;
  if (in_pieces_ && fetched_ < last_) {
    stop_if_interrupted();
    pieces_.clear();
    relation_.pieces(first_, last_, pieces_);
    count_pieces();
    return true;
  }
  const Band& band = bands_.bands[band_];
  if (band.last >= last_ && band.end - band.begin <= 1) {
    if (band.end > band.begin) count_one({bands_.segments[band.begin], first_ - band.first, last_ - band.first});
    if (band.last == last_) ++band_;
    return true;
  }
  in_phase_ = 0;
  collect();
  count_pieces();
  return true;
}

void QueryTileWalk::count_pieces() {
  if (tiles_.key_tiles == KeyTiles::dynamic) return count_dynamic();
  grid_.count(pieces_, queries(), extent_.keys);
  grid_.swap_runs(runs_);
  pairs_ = grid_.pairs();
  visited_keys_ = grid_.visited_keys();
}

void QueryTileWalk::fetch() {
  stop_if_interrupted();
  chunk_ = bands_.segments.size() > enough_segments ? std::max(chunk_ / 2, Count{1}) : chunk_ * 2;
  fetched_ = std::min(first_ + chunk_ * tiles_.query_tile, extent_.queries);
  bands_.clear();
  band_ = 0;
  relation_.bands(first_, fetched_, bands_);
  in_pieces_ =
      bands_.segments.size() > enough_segments &&
      static_cast<Count>(bands_.bands.size()) > many_bands * ceil_div(fetched_ - first_, tiles_.query_tile);
}

// The pieces of the Q tile; bands that end in it are done with.
void QueryTileWalk::collect() {
  pieces_.clear();
  for (; band_ < bands_.bands.size(); ++band_) {
    const Band& band = bands_.bands[band_];
    if (band.first >= last_) break;
    const Count begin = std::max(first_ - band.first, Count{0});
    const Count end = std::min(last_, band.last) - band.first;
    for (const Segment& segment : bands_.of(band)) pieces_.push_back({segment, begin, end});
    if (band.last > last_) break;
  }
}

// One piece is the whole tile: its keys are one interval, the keys that all of its queries see another within.
void QueryTileWalk::count_one(const Piece& piece) {
  in_phase_ = piece.segment == alone_.segment && piece.begin == alone_.end ? in_phase_ + 1 : 1;
  alone_ = piece;
  const Segment& s = piece.segment;
  const Count any_low = s.low.row(piece.begin);
  const Count all_low = s.low.row(piece.end - 1);
  const Count any_high = s.high.row(piece.end - 1);
  const Count all_high = s.high.row(piece.begin);
  pairs_ = pairs_below(s, piece.begin, piece.end, extent_.keys);
  const Count tile = tiles_.key_tile;
  const Count origin = tiles_.key_tiles == KeyTiles::fixed ? 0 : any_low;
  const Count begin = (any_low - origin) / tile;
  const Count end = (any_high - origin - 1) / tile + 1;
  const Count full_begin = (all_low - origin + tile - 1) / tile;
  const Count full_end = all_high == extent_.keys ? end : all_high <= origin ? 0 : (all_high - origin) / tile;
  visited_keys_ = std::min(origin + end * tile, extent_.keys) - origin - begin * tile;
  if (full_begin >= full_end) return runs_.push_back({begin, end, false});
  if (begin < full_begin) runs_.push_back({begin, full_begin, false});
  runs_.push_back({full_begin, full_end, true});
  if (full_end < end) runs_.push_back({full_end, end, false});
}

Count QueryTileWalk::steady() const {
  if (in_phase_ < period_ || tiles_.key_tiles == KeyTiles::dynamic || band_ == bands_.bands.size()) return 0;
  const Band& band = bands_.bands[band_];
  if (band.first + alone_.end != last_ || band.end - band.begin != 1) return 0;
  Count queries = band.last - last_;
  // A rising end must not come to the last tile, where it is cut off.
  const Count whole_keys = extent_.keys / tiles_.key_tile * tiles_.key_tile;
  if (alone_.segment.high.rises)
    queries = std::min(queries, whole_keys - alone_.segment.high.row(alone_.end - 1) - 1);
  return std::max(queries / tiles_.query_tile, Count{0});
}

Count QueryTileWalk::drift() const {
  const Count tiles = period_ * tiles_.query_tile / tiles_.key_tile;
  return ((alone_.segment.high.rises ? 1 : 0) - (alone_.segment.low.rises ? 1 : 0)) * tiles;
}

Count QueryTileWalk::skip(Count tiles) {
  const Count end = alone_.end + tiles * tiles_.query_tile;
  const Count pairs = pairs_below(alone_.segment, alone_.end, end, extent_.keys);
  alone_ = {alone_.segment, end - tiles_.query_tile, end};
  last_ += tiles * tiles_.query_tile;
  if (bands_.bands[band_].last == last_) ++band_;
  return pairs;
}

// Covers the keys that the Q tile wants from left to right.
void QueryTileWalk::count_dynamic() {
  wanted_.clear();
  for (const Piece& piece : pieces_) wanted_.emplace_back(piece.lowest(), piece.highest());
  std::ranges::sort(wanted_);
  begins_.clear();
  Count covered = 0;
  for (const auto& [low, high] : wanted_)
    for (Count begin = std::max(low, covered); begin < high; begin = covered) {
      begins_.push_back(begin);
      covered = std::min(begin + tiles_.key_tile, extent_.keys);
    }
  in_tile_.assign(begins_.size(), 0);
  for (const Piece& piece : pieces_) add_to_tiles(piece);
  for (Count tile = 0; tile < begins_.size(); ++tile) {
    const Count keys = std::min(tiles_.key_tile, extent_.keys - begins_[tile]);
    visited_keys_ += keys;
    runs_.push_back({tile, tile + 1, in_tile_[tile] == queries() * keys});
  }
}

// No key between two tiles is wanted: what is before the next tile is before the end of this one.
void QueryTileWalk::add_to_tiles(const Piece& piece) {
  const Count first = std::ranges::upper_bound(begins_, piece.lowest()) - 1 - begins_.begin();
  Count before = 0;
  for (Count tile = first; tile < begins_.size(); ++tile) {
    const bool last = tile + 1 == begins_.size() || begins_[tile + 1] >= piece.highest();
    const Count to = last ? extent_.keys : begins_[tile + 1];
    const Count after = pairs_below(piece.segment, piece.begin, piece.end, to);
    in_tile_[tile] += after - before;
    before = after;
    if (last) break;
  }
  pairs_ += before;
}

}  // namespace tilewright
