#include "einsum/mask/relation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/error.hpp"

namespace tilewright {

namespace {

class AllPairs final : public Relation {
 public:
  using Relation::Relation;
  void bands(Count first, Count last, Bands& out) const override {
    out.open(first, last);
    out.add(fixed_segment(0, extent().keys));
  }
};

// Both sets' bands, cut where either has a new one.
class Combined final : public Relation {
 public:
  Combined(RelationPtr first, RelationPtr second, Combination how)
      : Relation(first->extent()), first_(std::move(first)), second_(std::move(second)), how_(how) {}

  void bands(Count first, Count last, Bands& out) const override {
    Bands a;
    Bands b;
    std::vector<Segment> from_a;
    std::vector<Segment> from_b;
    first_->bands(first, last, a);
    second_->bands(first, last, b);
    std::size_t in_a = 0;
    std::size_t in_b = 0;
    for (Count row = first; row < last;) {
      const Band& band_a = a.bands[in_a];
      const Band& band_b = b.bands[in_b];
      const Count end = std::min(band_a.last, band_b.last);
      combine(row, end, extent().keys, seen_from(a, band_a, row, from_a), seen_from(b, band_b, row, from_b), how_,
              out);
      in_a += band_a.last == end ? 1 : 0;
      in_b += band_b.last == end ? 1 : 0;
      row = end;
    }
  }

  void pieces(Count first, Count last, Pieces& out) const override {
    Pieces a;
    Pieces b;
    first_->pieces(first, last, a);
    second_->pieces(first, last, b);
    combine(a, b, how_, out);
  }

 private:
  static const std::vector<Segment>& seen_from(const Bands& bands, const Band& band, Count row,
                                               std::vector<Segment>& into) {
    into.clear();
    for (const Segment& segment : bands.of(band)) into.push_back(later(segment, row - band.first));
    return into;
  }

  RelationPtr first_;
  RelationPtr second_;
  Combination how_;
};

class Shifted final : public Relation {
 public:
  Shifted(RelationPtr relation, Count queries, Count keys)
      : Relation(relation->extent()), relation_(std::move(relation)), queries_(queries), keys_(keys) {}

  void bands(Count first, Count last, Bands& out) const override {
    const Count begin = std::clamp(first - queries_, Count{0}, extent().queries);
    const Count end = std::clamp(last - queries_, Count{0}, extent().queries);
    if (first < std::min(begin + queries_, last)) out.open(first, std::min(begin + queries_, last));
    if (begin < end) move(begin, end, out);
    if (std::max(end + queries_, first) < last) out.open(std::max(end + queries_, first), last);
  }

  void pieces(Count first, Count last, Pieces& out) const override {
    const Count begin = std::clamp(first - queries_, Count{0}, extent().queries);
    const Count end = std::clamp(last - queries_, Count{0}, extent().queries);
    if (begin >= end) return;
    Pieces from;
    relation_->pieces(begin, end, from);
    const Count rows = begin + queries_ - first;
    for (const Piece& piece : from) {
      Segment moved = later(piece.segment, -rows);
      moved.low.at += keys_;
      moved.high.at += keys_;
      append_clipped({moved, piece.begin + rows, piece.end + rows}, fixed_segment(0, extent().keys), out);
    }
  }

 private:
  void move(Count begin, Count end, Bands& out) const {
    Bands from;
    relation_->bands(begin, end, from);
    std::vector<Segment> moved;
    for (const Band& band : from.bands) {
      moved.clear();
      for (Segment segment : from.of(band)) {
        segment.low.at += keys_;
        segment.high.at += keys_;
        moved.push_back(segment);
      }
      combine(band.first + queries_, band.last + queries_, extent().keys, moved, {}, Combination::either, out);
    }
  }

  RelationPtr relation_;
  Count queries_;
  Count keys_;
};

}  // namespace

void Relation::pieces(Count first, Count last, Pieces& out) const {
  Bands all;
  bands(first, last, all);
  append_pieces(all, first, out);
}

RelationPtr all_pairs(Extent extent) { return std::make_shared<AllPairs>(extent); }

RelationPtr combined(RelationPtr first, RelationPtr second, Combination how) {
  if (first->extent() != second->extent())
    throw InputError(fmt::format("masks of {} x {} and of {} x {} pairs cannot be combined",
                                 first->extent().queries, first->extent().keys, second->extent().queries,
                                 second->extent().keys));
  return std::make_shared<Combined>(std::move(first), std::move(second), how);
}

RelationPtr negated(RelationPtr relation) {
  const Extent extent = relation->extent();
  return combined(all_pairs(extent), std::move(relation), Combination::first_only);
}

RelationPtr shifted(RelationPtr relation, Count queries, Count keys) {
  return std::make_shared<Shifted>(std::move(relation), queries, keys);
}

bool contains(const Relation& relation, Count query, Count key) {
  Bands bands;
  relation.bands(query, query + 1, bands);
  return std::ranges::any_of(
      bands.segments, [key](const Segment& segment) { return segment.low.at <= key && key < segment.high.at; });
}

}  // namespace tilewright
