// A product of dimensions over flattened tokens: a query sees the keys of its last dimension in every line of keys
// that its other coordinates see.
#include <algorithm>

#include "common/parallel.hpp"
#include "einsum/mask/key_lines.hpp"

namespace tilewright {

namespace {

Extent flattened(const std::vector<RelationPtr>& dimensions) {
  Extents queries;
  Extents keys;
  for (const RelationPtr& dimension : dimensions) {
    queries.push_back(dimension->extent().queries);
    keys.push_back(dimension->extent().keys);
  }
  return {tokens_of(queries), tokens_of(keys)};
}

class FlattenedProduct final : public Relation {
 public:
  explicit FlattenedProduct(std::vector<RelationPtr> dimensions)
      : Relation(flattened(dimensions)), outer_(std::move(dimensions)), last_(outer_.back()) {
    outer_.pop_back();
  }

  void bands(Count first, Count last, Bands& out) const override {
    const Count width = last_->extent().queries;
    Bands inner;
    for (Count line = first / width; line * width < last; ++line) {
      stop_if_interrupted();
      inner.clear();
      last_->bands(std::max(first - line * width, Count{0}), std::min(last - line * width, width), inner);
      const std::vector<Count> lines = key_lines(outer_, line);
      for (const Band& band : inner.bands) {
        out.open(line * width + band.first, line * width + band.last);
        for (const Count seen : lines)
          for (const Segment& segment : inner.of(band)) out.add(moved(segment, seen * last_->extent().keys));
      }
    }
  }

 private:
  static Segment moved(Segment segment, Count keys) {
    segment.low.at += keys;
    segment.high.at += keys;
    return segment;
  }

  std::vector<RelationPtr> outer_;
  RelationPtr last_;
};

}  // namespace

RelationPtr flattened_product(std::vector<RelationPtr> dimensions) {
  if (dimensions.size() == 1) return dimensions.front();
  return std::make_shared<FlattenedProduct>(std::move(dimensions));
}

}  // namespace tilewright
