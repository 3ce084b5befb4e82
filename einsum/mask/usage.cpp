#include "einsum/mask/usage.hpp"

#include <algorithm>
#include <iterator>

namespace tilewright {

namespace {

constexpr Count chunk = 4096;  // queries at a time, so that memory stays bounded

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

// `keys`: those that are used.
Usage usage_of(const Relation& relation, KeyRanges& keys) {
  const Extent extent = relation.extent();
  Usage usage;
  std::vector<Count> change(static_cast<std::size_t>(extent.keys) + 1, 0);  // of how many segments cover a key
  Bands bands;
  for (Count first = 0; first < extent.queries; first += chunk) {
    bands.clear();
    relation.bands(first, std::min(first + chunk, extent.queries), bands);
    for (const Band& band : bands.bands) {
      const Count queries = band.last - band.first;
      if (band.end > band.begin) usage.queries += queries;
      for (const Segment& segment : bands.of(band)) {
        usage.pairs += pairs_below(segment, 0, queries, extent.keys);
        ++change[static_cast<std::size_t>(segment.low.at)];
        --change[static_cast<std::size_t>(segment.high.row(queries - 1))];
      }
    }
  }
  Count covered = 0;
  for (Count key = 0; key < extent.keys; ++key) {
    covered += change[static_cast<std::size_t>(key)];
    if (covered == 0) continue;
    append(keys, {key, key + 1});
    ++usage.keys;
  }
  return usage;
}

// Of flattened tokens.
KeyRanges used_keys(const Mask& mask) {
  KeyRanges lines{{0, 1}};
  for (const Axis& axis : mask.axes) {
    KeyRanges of_axis;
    (void)usage_of(*axis.relation, of_axis);
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
    KeyRanges keys;
    const Usage of_axis = usage_of(*axis.relation, keys);
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
