#include "einsum/mask/bands.hpp"

namespace tilewright {

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

Segment later(const Segment& segment, Count queries) {
  return {{segment.low.row(queries), segment.low.rises}, {segment.high.row(queries), segment.high.rises}};
}

}  // namespace tilewright
