#include "einsum/mask/bands.hpp"

#include <algorithm>

namespace tilewright {

namespace {

// The sum over i in [begin, end) of min(edge at i, key).
Count sum_of_minima(const Edge& edge, Count begin, Count end, Count key) {
  if (!edge.rises) return (end - begin) * std::min(edge.at, key);
  const Count cut = std::clamp(key - edge.at, begin, end);  // queries before it have the edge below the key
  return (cut - begin) * edge.at + (cut * (cut - 1) - begin * (begin - 1)) / 2 + (end - cut) * key;
}

}  // namespace

void Bands::clear() {
  bands.clear();
  segments.clear();
}

void Bands::open(Count first, Count last) { bands.push_back({first, last, segments.size(), segments.size()}); }

void Bands::add(const Segment& segment) {
  segments.push_back(segment);
  bands.back().end = segments.size();
}

std::span<const Segment> Bands::of(const Band& band) const {
  return std::span(segments).subspan(band.begin, band.end - band.begin);
}

Count pairs_below(const Segment& segment, Count begin, Count end, Count key) {
  return sum_of_minima(segment.high, begin, end, key) - sum_of_minima(segment.low, begin, end, key);
}

Segment later(const Segment& segment, Count queries) {
  return {{segment.low.row(queries), segment.low.rises}, {segment.high.row(queries), segment.high.rises}};
}

}  // namespace tilewright
