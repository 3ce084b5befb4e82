#include "einsum/mask/keys_used.hpp"

#include <algorithm>

namespace tilewright {

namespace {

constexpr Count chunk = 4096;  // queries at a time, so that memory stays bounded

Count keys_used(const Relation& relation) {
  const Extent extent = relation.extent();
  std::vector<Count> change(static_cast<std::size_t>(extent.keys) + 1, 0);  // of how many segments cover a key
  Bands bands;
  for (Count first = 0; first < extent.queries; first += chunk) {
    bands.clear();
    relation.bands(first, std::min(first + chunk, extent.queries), bands);
    for (const Band& band : bands.bands)
      for (const Segment& segment : bands.of(band)) {
        ++change[static_cast<std::size_t>(segment.low.at)];
        --change[static_cast<std::size_t>(segment.high.row(band.last - band.first - 1))];
      }
  }
  Count used = 0;
  Count covered = 0;
  for (Count key = 0; key < extent.keys; ++key) {
    covered += change[static_cast<std::size_t>(key)];
    used += covered > 0 ? 1 : 0;
  }
  return used;
}

}  // namespace

Count keys_used(const Mask& mask) {
  Count used = 1;
  for (const Axis& axis : mask.axes) used *= keys_used(*axis.relation);
  return used;
}

}  // namespace tilewright
