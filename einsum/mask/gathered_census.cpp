#include "einsum/mask/gathered_census.hpp"

#include <algorithm>

#include "common/error.hpp"
#include "common/parallel.hpp"
#include "einsum/mask/query_runs.hpp"

namespace tilewright {

namespace {

void require_no_groups(const Mask& mask, const Tiling& tiling) {
  const bool dilated = std::ranges::any_of(mask.axes, [](const Axis& axis) { return !axis.groups.empty(); });
  if (dilated && tiling.order == TileOrder::multi)
    throw InputError(
        "gathered KV tiles of a dilated mask: its queries are tiled by dilation group, whose keys lie apart; flat "
        "tiles gather them as they are laid out");
}

}  // namespace

GatheredWalk::GatheredWalk(const Mask& mask, const Tiling& tiling)
    : relation_(mask.flattened()),
      extent_(mask.layout.flattened()),
      queries_of_layout_(mask.layout.queries),
      query_tile_(tiling.query_tile),
      key_tile_(tiling.key_tile_size()),
      unit_(tiling.gather),
      census_(key_tile_) {
  require_no_groups(mask, tiling);
  if (tiling.order == TileOrder::flat) {
    queries_of_layout_ = {extent_.queries};
    query_tile_ = {tiling.query_tile_size()};
  }
  key_tiles_ = tiling.order == TileOrder::flat ? ceil_div(extent_.keys, key_tile_)
                                               : tokens_of(grid_of(mask.layout.keys, tiling.key_tile));
  query_tiles_ = tokens_of(grid_of(queries_of_layout_, query_tile_));
}

bool GatheredWalk::next() {
  if (at_ == query_tiles_) return false;
  collect();
  pack();
  census_.count(pieces_, queries_, keys_);
  ++at_;
  return true;
}

void GatheredWalk::collect() {
  pieces_.clear();
  queries_ = 0;
  for (const QueryRun& run : query_runs(queries_of_layout_, query_tile_, at_)) {
    stop_if_interrupted();
    relation_->pieces(run.first, run.last, pieces_);
    queries_ += run.last - run.first;
  }
}

// Units begin at multiples of their size, and the last one may be cut off. A piece has neighbouring keys, so all of
// them move to their packed places together.
void GatheredWalk::pack() {
  packed_.clear();
  for (const Piece& piece : pieces_)
    packed_.push_back(
        {piece.lowest() / unit_ * unit_, std::min(ceil_div(piece.highest(), unit_) * unit_, extent_.keys), 0});
  std::ranges::sort(packed_, {}, &Packed::first);
  std::size_t kept = 0;
  for (const Packed& each : packed_)
    if (kept > 0 && each.first <= packed_[kept - 1].last) {
      packed_[kept - 1].last = std::max(packed_[kept - 1].last, each.last);
    } else {
      packed_[kept++] = each;
    }
  packed_.resize(kept);
  keys_ = units_ = 0;
  for (Packed& each : packed_) {
    each.at = keys_;
    keys_ += each.last - each.first;
    units_ += ceil_div(each.last - each.first, unit_);
  }
  for (Piece& piece : pieces_) {
    const Packed& of = *(std::ranges::upper_bound(packed_, piece.lowest(), {}, &Packed::first) - 1);
    piece.segment.low.at += of.at - of.first;
    piece.segment.high.at += of.at - of.first;
  }
}

TileCount GatheredWalk::tiles() const {
  TileCount count;
  for (const TileRun& run : census_.runs()) {
    count.visited += run.last - run.first;
    if (run.full) count.full += run.last - run.first;
  }
  count.visited = ceil_div(keys_, key_tile_);
  return count;
}

}  // namespace tilewright
