#include <algorithm>
#include <numeric>

#include "common/parallel.hpp"

#include "einsum/mask/axis_census.hpp"

namespace tilewright {

namespace {

constexpr std::size_t enough_segments = 4096;  // of one fetch: memory stays bounded, and fetches stay few

Count clipped(const Segment& segment, Count begin, Count end, Count from, Count to) {
  return pairs_below(segment, begin, end, to) - pairs_below(segment, begin, end, from);
}

}  // namespace

QueryTileWalk::QueryTileWalk(const Relation& relation, const AxisTiles& tiles)
    : relation_(relation),
      tiles_(tiles),
      extent_(relation.extent()),
      key_tiles_(ceil_div(extent_.keys, tiles.key_tile)),
      period_(tiles.key_tile / std::gcd(tiles.query_tile, tiles.key_tile)) {}

bool QueryTileWalk::next() {
  first_ = last_;
  if (first_ == extent_.queries) return false;
  last_ = std::min(first_ + tiles_.query_tile, extent_.queries);
  if (fetched_ < last_) fetch();
  runs_.clear();
  pairs_ = 0;
  visited_keys_ = 0;
  const Band& band = bands_.bands[band_];
  if (band.last >= last_ && band.end - band.begin <= 1) {
    if (band.end > band.begin) count_one({bands_.segments[band.begin], first_ - band.first, last_ - band.first});
    if (band.last == last_) ++band_;
    return true;
  }
  in_phase_ = 0;
  collect();
  if (tiles_.key_tiles == KeyTiles::fixed) {
    count_fixed();
  } else {
    count_dynamic();
  }
  return true;
}

void QueryTileWalk::fetch() {
  stop_if_interrupted();
  chunk_ = bands_.segments.size() > enough_segments ? std::max(chunk_ / 2, Count{1}) : chunk_ * 2;
  fetched_ = std::min(first_ + chunk_ * tiles_.query_tile, extent_.queries);
  bands_.clear();
  band_ = 0;
  relation_.bands(first_, fetched_, bands_);
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

Count QueryTileWalk::keys_in(Count tile) const {
  return std::min(tiles_.key_tile, extent_.keys - tile * tiles_.key_tile);
}

void QueryTileWalk::add_run(Count first, Count last, bool full) {
  visited_keys_ += (last - first - 1) * tiles_.key_tile + keys_in(last - 1);
  if (!runs_.empty() && runs_.back().last == first && runs_.back().full == full) {
    runs_.back().last = last;
  } else {
    runs_.push_back({first, last, full});
  }
}

// Tiles that all rows of the piece cover change the number of whole rows; at the ends, pairs are counted.
void QueryTileWalk::add_events(const Piece& piece) {
  const Segment& s = piece.segment;
  const Count tile = tiles_.key_tile;
  const Count begin = s.low.row(piece.begin) / tile;
  const Count end = (s.high.row(piece.end - 1) - 1) / tile + 1;
  Count full_begin = (s.low.row(piece.end - 1) + tile - 1) / tile;
  Count full_end = s.high.row(piece.begin) == extent_.keys ? key_tiles_ : s.high.row(piece.begin) / tile;
  if (full_begin < full_end) {
    events_.push_back({full_begin, piece.end - piece.begin, 0});
    events_.push_back({full_end, piece.begin - piece.end, 0});
  } else {
    full_begin = full_end = end;
  }
  const auto count = [&](Count from, Count to) {
    for (Count t = from; t < to; ++t) {
      const Count pairs = clipped(s, piece.begin, piece.end, t * tile, std::min((t + 1) * tile, extent_.keys));
      events_.push_back({t, 0, pairs});
      pairs_ += pairs;
    }
  };
  count(begin, full_begin);
  count(full_end, end);
  if (full_begin < full_end)
    pairs_ += (piece.end - piece.begin) * (std::min(full_end * tile, extent_.keys) - full_begin * tile);
}

// Many events are few per tile: they are added up by tile, without a comparison.
void QueryTileWalk::sort_events() {
  if (static_cast<Count>(events_.size()) < key_tiles_ / 4) {
    std::ranges::sort(events_, {}, &Event::tile);
    return;
  }
  by_tile_.assign(static_cast<std::size_t>(key_tiles_) + 1, {});
  for (const Event& event : events_) {
    Event& sum = by_tile_[static_cast<std::size_t>(event.tile)];
    sum.rows += event.rows;
    sum.pairs += event.pairs;
  }
  events_.clear();
  for (std::size_t tile = 0; tile < by_tile_.size(); ++tile)
    if (by_tile_[tile].rows != 0 || by_tile_[tile].pairs != 0)
      events_.push_back({static_cast<Count>(tile), by_tile_[tile].rows, by_tile_[tile].pairs});
}

void QueryTileWalk::count_fixed() {
  events_.clear();
  for (const Piece& piece : pieces_) add_events(piece);
  sort_events();
  Count rows = 0;
  for (std::size_t at = 0; at < events_.size();) {
    const Count tile = events_[at].tile;
    Count pairs = 0;
    for (; at < events_.size() && events_[at].tile == tile; ++at) {
      rows += events_[at].rows;
      pairs += events_[at].pairs;
    }
    Count from = tile;
    if (pairs > 0) {
      add_run(tile, tile + 1, rows * keys_in(tile) + pairs == queries() * keys_in(tile));
      ++from;
    }
    const Count to = at < events_.size() ? events_[at].tile : from;
    if (rows > 0 && from < to) add_run(from, to, rows == queries());
  }
}

// Covers the keys that the Q tile wants from left to right.
void QueryTileWalk::count_dynamic() {
  wanted_.clear();
  for (const Piece& piece : pieces_) {
    wanted_.emplace_back(piece.segment.low.row(piece.begin), piece.segment.high.row(piece.end - 1));
    pairs_ += pairs_below(piece.segment, piece.begin, piece.end, extent_.keys);
  }
  std::ranges::sort(wanted_);
  Count covered = 0;
  Count tile = 0;
  for (const auto& [low, high] : wanted_)
    for (Count begin = std::max(low, covered); begin < high; begin = covered) {
      add_dynamic_tile(begin, tile++);
      covered = std::min(begin + tiles_.key_tile, extent_.keys);
    }
}

void QueryTileWalk::add_dynamic_tile(Count begin, Count tile) {
  const Count end = std::min(begin + tiles_.key_tile, extent_.keys);
  Count pairs = 0;
  for (const Piece& piece : pieces_) pairs += clipped(piece.segment, piece.begin, piece.end, begin, end);
  visited_keys_ += end - begin;
  runs_.push_back({tile, tile + 1, pairs == queries() * (end - begin)});
}

}  // namespace tilewright
