#include "einsum/mask/usage.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/parallel.hpp"
#include "einsum/mask/mask.hpp"

namespace tilewright {

namespace {

constexpr std::size_t enough_pieces = 1 << 16;  // at a time, so that memory stays bounded
constexpr Count most_queries = Count{1} << 16;  // at a time

// Keys [first, last) of an axis, or of flattened tokens; ascending, disjoint.
using KeyRanges = std::vector<std::pair<Count, Count>>;

// What some intervals cover, in memory of how many of them lie apart, not of tokens. Most are covered already by
// those before, which are merged, and are not kept.
class Cover {
 public:
  void add(Count begin, Count end) {
    if (begin >= end || is_covered(begin, end)) return;
    intervals_.emplace_back(begin, end);
    if (intervals_.size() >= 2 * merged_ + few) merge();
  }
  [[nodiscard]] Count covered() {
    merge();
    Count sum = 0;
    for (const auto& [begin, end] : intervals_) sum += end - begin;
    return sum;
  }
  [[nodiscard]] const KeyRanges& ranges() {
    merge();
    return intervals_;
  }

 private:
  static constexpr std::size_t few = 1024;

  [[nodiscard]] bool is_covered(Count begin, Count end) const {
    const auto merged_end = intervals_.begin() + static_cast<std::ptrdiff_t>(merged_);
    const auto behind = std::upper_bound(intervals_.begin(), merged_end, begin,
                                         [](Count key, const auto& interval) { return key < interval.first; });
    return behind != intervals_.begin() && std::prev(behind)->second >= end;
  }

  void merge() {
    std::ranges::sort(intervals_);
    std::size_t kept = 0;
    for (const auto& [begin, end] : intervals_)
      if (kept > 0 && begin <= intervals_[kept - 1].second)
        intervals_[kept - 1].second = std::max(intervals_[kept - 1].second, end);
      else
        intervals_[kept++] = {begin, end};
    intervals_.resize(kept);
    merged_ = kept;
  }

  KeyRanges intervals_;
  std::size_t merged_ = 0;  // the first of them, ascending and apart
};

// `used`: which keys, where that is asked for.
Usage count_usage(const Relation& relation, KeyRanges* used = nullptr) {
  const Extent extent = relation.extent();
  Usage usage;
  Cover keys;
  Pieces pieces;
  Count chunk = 64;  // queries at a time: as many as have few pieces
  for (Count first = 0; first < extent.queries;) {
    stop_if_interrupted();
    const Count last = std::min(first + chunk, extent.queries);
    pieces.clear();
    relation.pieces(first, last, pieces);
    Cover queries;
    for (const Piece& piece : pieces) {
      usage.pairs += pairs_below(piece.segment, piece.begin, piece.end, extent.keys);
      keys.add(piece.lowest(), piece.highest());
      queries.add(piece.begin, piece.end);
    }
    usage.queries += queries.covered();
    first = last;
    chunk = pieces.size() > enough_pieces ? std::max(chunk / 2, Count{1}) : std::min(chunk * 2, most_queries);
  }
  usage.keys = keys.covered();
  if (used != nullptr) *used = keys.ranges();
  return usage;
}

// Of flattened tokens.
KeyRanges used_keys(const Mask& mask) {
  KeyRanges lines{{0, 1}};
  for (const Axis& axis : mask.axes) {
    KeyRanges of_axis;
    (void)count_usage(*axis.relation, &of_axis);
    Cover product;
    const Count width = axis.relation->extent().keys;
    for (const auto& [first, last] : lines)
      for (Count line = first; line < last; ++line)
        for (const auto& [begin, end] : of_axis) product.add(line * width + begin, line * width + end);
    lines = product.ranges();
  }
  return lines;
}

}  // namespace

const Usage& Relation::usage() const {
  return usage_.get([this] { return count_usage(*this); });
}

Usage usage_of(const Mask& mask) {
  Usage usage{1, 1, 1};
  for (const Axis& axis : mask.axes) {
    const Usage& of_axis = axis.relation->usage();
    usage.pairs = checked_product(usage.pairs, of_axis.pairs);
    usage.queries *= of_axis.queries;
    usage.keys *= of_axis.keys;
  }
  return usage;
}

Count keys_of_any(std::span<const Mask* const> masks) {
  Cover all;
  for (const Mask* mask : masks)
    for (const auto& [first, last] : used_keys(*mask)) all.add(first, last);
  return all.covered();
}

}  // namespace tilewright
