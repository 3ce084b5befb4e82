#include "einsum/mask/line_census.hpp"

#include <algorithm>
#include <numeric>

#include "common/parallel.hpp"
#include "einsum/mask/key_lines.hpp"

namespace tilewright {

LineWalk::LineWalk(const Mask& mask, const Tiling& tiling)
    : inner_(mask.axes.back().relation),
      extent_(mask.layout.flattened()),
      query_tile_(tiling.query_tile_size()),
      key_tile_(tiling.key_tile_size()),
      pairs_(key_tiles(), 0) {
  for (std::size_t d = 0; d + 1 < mask.axes.size(); ++d) outer_.push_back(mask.axes[d].relation);
}

bool LineWalk::next() {
  first_ = last_;
  if (first_ == extent_.queries) return false;
  last_ = std::min(first_ + query_tile_, extent_.queries);
  const Count width = inner_->extent().queries;
  for (Count line = first_ / width; line * width < last_; ++line) {
    stop_if_interrupted();
    profile(std::max(first_ - line * width, Count{0}), std::min(last_ - line * width, width));
    for (const Count seen : key_lines(outer_, line)) add_line(seen);
  }
  close();
  return true;
}

// Queries [begin, end) of a line, whatever line of keys they see.
void LineWalk::profile(Count begin, Count end) {
  bands_.clear();
  inner_->bands(begin, end, bands_);
  // Twice summed up: of how many queries see a key more than the one before it, first.
  below_.assign(inner_->extent().keys + 2, 0);
  for (const Band& band : bands_.bands)
    for (const Segment& segment : bands_.of(band))
      for (Count i = 0; i < band.last - band.first; ++i) {
        ++below_[segment.low.row(i) + 1];
        --below_[segment.high.row(i) + 1];
      }
  std::partial_sum(below_.begin(), below_.end(), below_.begin());
  std::partial_sum(below_.begin(), below_.end(), below_.begin());
}

void LineWalk::add_line(Count line) {
  const Count width = inner_->extent().keys;
  const Count origin = line * width;
  for (Count key = 0; key < width;) {
    const Count tile = (origin + key) / key_tile_;
    const Count end = std::min((tile + 1) * key_tile_ - origin, width);
    const Count pairs = below_[end] - below_[key];
    Count& sum = pairs_[tile];
    if (sum == 0 && pairs > 0) touched_.push_back(tile);
    sum += pairs;
    key = end;
  }
}

void LineWalk::close() {
  visited_.clear();
  for (const Count tile : touched_) {
    Count& pairs = pairs_[tile];
    visited_.push_back({tile, pairs, queries() * std::min(key_tile_, extent_.keys - tile * key_tile_)});
    pairs = 0;
  }
  touched_.clear();
}

}  // namespace tilewright
