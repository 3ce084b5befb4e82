#include "einsum/mask/usage.hpp"

#include <algorithm>
#include <iterator>

#include "common/parallel.hpp"

namespace tilewright {

namespace {

constexpr std::size_t enough_pieces = 1 << 16;  // at a time, so that memory stays bounded
constexpr Count most_queries = Count{1} << 16;  // at a time

// Keys [first, last) of an axis, or of flattened tokens.
struct KeyRange {
  Count first;
  Count last;
};
using KeyRanges = std::vector<KeyRange>;  // ascending, disjoint

void append(KeyRanges& ranges, KeyRange range) {
  if (!ranges.empty() && ranges.back().last >= range.first) {
    ranges.back().last = std::max(ranges.back().last, range.last);
  } else {
    ranges.push_back(range);
  }
}

// How often [0, size) is covered, from where intervals begin and end.
class Cover {
 public:
  explicit Cover(Count size) : change_(static_cast<std::size_t>(size) + 1, 0) {}
  void add(Count begin, Count end) {
    ++change_[static_cast<std::size_t>(begin)];
    --change_[static_cast<std::size_t>(end)];
  }
  [[nodiscard]] Count covered() const {
    Count sum = 0;
    return std::ranges::count_if(change_, [&sum](Count change) { return (sum += change) > 0; });
  }
  [[nodiscard]] KeyRanges ranges() const {
    KeyRanges ranges;
    Count sum = 0;
    for (std::size_t at = 0; at < change_.size(); ++at)
      if ((sum += change_[at]) > 0) append(ranges, {static_cast<Count>(at), static_cast<Count>(at) + 1});
    return ranges;
  }

 private:
  std::vector<Count> change_;
};

// `used`: which keys, where that is asked for.
Usage usage_of(const Relation& relation, KeyRanges* used = nullptr) {
  const Extent extent = relation.extent();
  Usage usage;
  Cover keys(extent.keys);
  Pieces pieces;
  Count chunk = 64;  // queries at a time: as many as have few pieces
  for (Count first = 0; first < extent.queries;) {
    stop_if_interrupted();
    const Count last = std::min(first + chunk, extent.queries);
    pieces.clear();
    relation.pieces(first, last, pieces);
    Cover queries(last - first);
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
    (void)usage_of(*axis.relation, &of_axis);
    KeyRanges product;
    const Count width = axis.relation->extent().keys;
    for (const KeyRange& range : lines)
      for (Count line = range.first; line < range.last; ++line)
        for (const KeyRange& keys : of_axis) append(product, {line * width + keys.first, line * width + keys.last});
    lines = std::move(product);
  }
  return lines;
}

}  // namespace

Usage usage_of(const Mask& mask) {
  Usage usage{1, 1, 1};
  for (const Axis& axis : mask.axes) {
    const Usage of_axis = usage_of(*axis.relation);
    usage.pairs = checked_product(usage.pairs, of_axis.pairs);
    usage.queries *= of_axis.queries;
    usage.keys *= of_axis.keys;
  }
  return usage;
}

Count keys_of_any(std::span<const Mask* const> masks) {
  KeyRanges all;
  for (const Mask* mask : masks) std::ranges::copy(used_keys(*mask), std::back_inserter(all));
  std::ranges::sort(all, {}, &KeyRange::first);
  KeyRanges merged;
  for (const KeyRange& range : all) append(merged, range);
  Count keys = 0;
  for (const KeyRange& range : merged) keys += range.last - range.first;
  return keys;
}

}  // namespace tilewright
