#include "einsum/mask/usage.hpp"

#include <algorithm>

namespace tilewright {

namespace {

constexpr Count chunk = 4096;  // queries at a time, so that memory stays bounded

Usage usage_of(const Relation& relation) {
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
    usage.keys += covered > 0 ? 1 : 0;
  }
  return usage;
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

}  // namespace tilewright
