#include "einsum/mask/usage.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace tilewright {

namespace {

constexpr Count chunk = 4096;  // queries at a time, so that memory stays bounded

// Keys that any of some intervals has, in memory of how many there are apart, not of how many keys.
class Cover {
 public:
  void add(Count first, Count last) {
    intervals_.push_back({first, last});
    if (intervals_.size() >= most_) merge();
  }
  Count keys() {
    merge();
    Count keys = 0;
    for (const auto& [first, last] : intervals_) keys += last - first;
    return keys;
  }

 private:
  void merge() {
    std::ranges::sort(intervals_);
    std::size_t kept = 0;
    for (const auto& [first, last] : intervals_)
      if (kept > 0 && first <= intervals_[kept - 1].second)
        intervals_[kept - 1].second = std::max(intervals_[kept - 1].second, last);
      else
        intervals_[kept++] = {first, last};
    intervals_.resize(kept);
    most_ = std::max<std::size_t>(4096, 2 * kept);
  }

  std::vector<std::pair<Count, Count>> intervals_;  // [first, last)
  std::size_t most_ = 4096;
};

Usage usage_of(const Relation& relation) {
  const Extent extent = relation.extent();
  Usage usage;
  Cover cover;
  Bands bands;
  for (Count first = 0; first < extent.queries; first += chunk) {
    bands.clear();
    relation.bands(first, std::min(first + chunk, extent.queries), bands);
    for (const Band& band : bands.bands) {
      const Count queries = band.last - band.first;
      if (band.end > band.begin) usage.queries += queries;
      for (const Segment& segment : bands.of(band)) {
        usage.pairs += pairs_below(segment, 0, queries, extent.keys);
        cover.add(segment.low.at, segment.high.row(queries - 1));  // it moves by one key at most: no gaps
      }
    }
  }
  usage.keys = cover.keys();
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
