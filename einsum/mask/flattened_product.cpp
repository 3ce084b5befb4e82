// A product of dimensions over flattened tokens: a query sees the keys of its last dimension in every line of keys
// that its other coordinates see.
#include <algorithm>

#include "einsum/mask/relation.hpp"

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
    std::vector<Count> lines;
    for (Count line = first / width; line * width < last; ++line) {
      inner.clear();
      last_->bands(std::max(first - line * width, Count{0}), std::min(last - line * width, width), inner);
      key_lines(line, lines);
      for (const Band& band : inner.bands) {
        out.open(line * width + band.first, line * width + band.last);
        for (const Count begin : lines)
          for (const Segment& segment : inner.of(band)) out.add(moved(segment, begin));
      }
    }
  }

 private:
  static Segment moved(Segment segment, Count keys) {
    segment.low.at += keys;
    segment.high.at += keys;
    return segment;
  }

  // The first keys of all lines of keys that a line of queries sees, ascending.
  void key_lines(Count query_line, std::vector<Count>& lines) const {
    std::vector<Count> coordinates(outer_.size());
    for (std::size_t d = outer_.size(); d-- > 0;) {
      coordinates[d] = query_line % outer_[d]->extent().queries;
      query_line /= outer_[d]->extent().queries;
    }
    lines.assign(1, 0);
    Bands seen;
    std::vector<Count> next;
    for (std::size_t d = 0; d < outer_.size(); ++d) {
      seen.clear();
      outer_[d]->bands(coordinates[d], coordinates[d] + 1, seen);
      next.clear();
      for (const Count line : lines)
        for (const Segment& segment : seen.segments)
          for (Count key = segment.low.at; key < segment.high.at; ++key)
            next.push_back(line * outer_[d]->extent().keys + key);
      lines.swap(next);
    }
    for (Count& line : lines) line *= last_->extent().keys;
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
