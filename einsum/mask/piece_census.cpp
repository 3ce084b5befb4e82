#include "einsum/mask/piece_census.hpp"

#include <algorithm>
#include <bit>

namespace tilewright {

PieceCensus::PieceCensus(Count key_tile)
    : key_tile_(key_tile),
      shift_(std::has_single_bit(static_cast<std::uint64_t>(key_tile))
                 ? std::countr_zero(static_cast<std::uint64_t>(key_tile))
                 : -1) {}

void PieceCensus::add_run(Count first, Count last, bool full) {
  visited_keys_ += (last - first - 1) * key_tile_ + keys_in(last - 1);
  if (!runs_.empty() && runs_.back().last == first && runs_.back().full == full) {
    runs_.back().last = last;
  } else {
    runs_.push_back({first, last, full});
  }
}

// Tiles that all rows of the piece cover change the number of whole rows; at the ends, pairs are counted.
void PieceCensus::add_events(const Piece& piece) {
  const Segment& s = piece.segment;
  const Count tile = key_tile_;
  const Count begin = tile_of(piece.lowest());
  const Count end = tile_of(piece.highest() - 1) + 1;
  const Count full_begin = tile_of(s.low.row(piece.end - 1) + tile - 1);
  const Count full_end = s.high.row(piece.begin) == keys_ ? key_tiles_ : tile_of(s.high.row(piece.begin));
  const Count all = pairs_below(s, piece.begin, piece.end, keys_);
  pairs_ += all;
  const auto below = [&](Count t) { return pairs_below(s, piece.begin, piece.end, t * tile); };
  const auto count = [&](Count from, Count to, Count before) {
    for (Count t = from; t < to; ++t) {
      const Count after = t + 1 == end ? all : below(t + 1);
      add_event(t, {0, after - before});
      before = after;
    }
  };
  if (full_begin >= full_end) return count(begin, end, 0);
  count(begin, full_begin, 0);
  add_event(full_begin, {piece.queries(), 0});
  add_event(full_end, {-piece.queries(), 0});
  if (full_end < end) count(full_end, end, below(full_end));
}

void PieceCensus::add_event(Count tile, const Change& change) {
  if (by_tile_.empty()) return events_.push_back({tile, change});
  Change& sum = by_tile_[tile];
  sum.rows += change.rows;
  sum.pairs += change.pairs;
}

// Ascending. Many events are few per tile: they are added up by tile, without a comparison.
void PieceCensus::gather_events(const Pieces& pieces) {
  events_.clear();
  const bool many = static_cast<Count>(pieces.size()) >= key_tiles_ / 8;
  by_tile_.assign(many ? key_tiles_ + 1 : 0, {});
  for (const Piece& piece : pieces) add_events(piece);
  if (!many) std::ranges::sort(events_, {}, &Event::tile);
  for (Count tile = 0; tile < by_tile_.size(); ++tile)
    if (by_tile_[tile].rows != 0 || by_tile_[tile].pairs != 0) events_.push_back({tile, by_tile_[tile]});
}

void PieceCensus::count(const Pieces& pieces, Count queries, Count keys) {
  keys_ = keys;
  key_tiles_ = ceil_div(keys, key_tile_);
  pairs_ = 0;
  visited_keys_ = 0;
  runs_.clear();
  gather_events(pieces);
  Count rows = 0;
  for (std::size_t at = 0; at < events_.size();) {
    const Count tile = events_[at].tile;
    Count pairs = 0;
    for (; at < events_.size() && events_[at].tile == tile; ++at) {
      rows += events_[at].change.rows;
      pairs += events_[at].change.pairs;
    }
    Count from = tile;
    if (pairs > 0) {
      add_run(tile, tile + 1, rows * keys_in(tile) + pairs == queries * keys_in(tile));
      ++from;
    }
    const Count to = at < events_.size() ? events_[at].tile : from;
    if (rows > 0 && from < to) add_run(from, to, rows == queries);
  }
}

}  // namespace tilewright
