#include "einsum/mask/properties.hpp"

#include <algorithm>
#include <initializer_list>

#include "common/parallel.hpp"

namespace tilewright {

namespace {

constexpr Count chunk = 4096;  // queries at a time, so that memory stays bounded

// Positions [first, last) that see each other, and how far the furthest pair is apart.
struct Sequence {
  Count first;
  Count last;
  Count furthest;
};

// Whether segments of so many queries are one run: edges are straight, so that its first and last query say all.
bool touch(std::span<const Segment> segments, Count queries) {
  for (std::size_t i = 1; i < segments.size(); ++i)
    for (const Count row : {Count{0}, queries - 1})
      if (segments[i - 1].high.row(row) < segments[i].low.row(row)) return false;
  return true;
}

class PropertyReader {
 public:
  explicit PropertyReader(const Relation& relation) : relation_(relation), extent_(relation.extent()) {
    if (extent_.keys > extent_.queries) sequences_.push_back({0, extent_.position(0) + 1, 0});  // the cache
  }

  MaskProperties read() {
    Bands bands;
    for (Count first = 0; first < extent_.queries && (none_after_ || one_run_); first += chunk) {
      stop_if_interrupted();
      bands.clear();
      relation_.bands(first, std::min(first + chunk, extent_.queries), bands);
      for (const Band& band : bands.bands)
        if (band.begin != band.end) add(band, bands.of(band));
    }
    const auto has_more = [this](const Sequence& each) {
      return each.last - std::max(each.first, extent_.position(0)) > 1;
    };
    const auto is_bounded = [](const Sequence& each) { return each.furthest < each.last - each.first - 1; };
    return {.causal = none_after_ && std::ranges::any_of(sequences_, has_more),
            .window = one_run_ && std::ranges::any_of(sequences_, is_bounded)};
  }

 private:
  void add(const Band& band, std::span<const Segment> segments) {
    one_run_ = one_run_ && touch(segments, band.last - band.first);
    Sequence seen = sequence_of(band, segments.front().low, segments.back().high);
    if (seen.furthest == 0) return;  // each sees itself, and is a sequence unless others see it
    while (!sequences_.empty() && sequences_.back().last > seen.first) {
      const Sequence& before = sequences_.back();
      seen = {std::min(before.first, seen.first), std::max(before.last, seen.last),
              std::max(before.furthest, seen.furthest)};
      sequences_.pop_back();
    }
    sequences_.push_back(seen);
  }

  Sequence sequence_of(const Band& band, const Edge& low, const Edge& high) {
    const Count first = extent_.position(band.first);
    const Count queries = band.last - band.first;
    Sequence seen{first, first + queries, 0};
    for (const Count i : {Count{0}, queries - 1}) {
      const Count before = first + i - low.row(i);        // how far back
      const Count after = high.row(i) - 1 - (first + i);  // and how far ahead
      none_after_ = none_after_ && after <= 0;
      seen.first = std::min(seen.first, low.row(i));
      seen.last = std::max(seen.last, high.row(i));
      seen.furthest = std::max({seen.furthest, before, after});
    }
    return seen;
  }

  const Relation& relation_;
  Extent extent_;
  bool none_after_ = true;
  bool one_run_ = true;
  std::vector<Sequence> sequences_;
};

}  // namespace

MaskProperties properties_of(const Mask& mask) {
  MaskProperties all = PropertyReader(*mask.axes.front().relation).read();
  for (std::size_t axis = 1; axis < mask.axes.size(); ++axis)
    all.causal = all.causal && PropertyReader(*mask.axes[axis].relation).read().causal;
  return all;
}

}  // namespace tilewright
