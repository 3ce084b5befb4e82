#include "einsum/mask/transposed.hpp"

#include <algorithm>

namespace tilewright {

namespace {

// The edge that a rising edge of keys is to queries.
constexpr Edge inverse(const Edge& edge) { return {-edge.at, true}; }

// A piece has the keys k of each of its queries i with low(i) <= k < high(i). Of a key those are the queries of the
// piece up to k - low, where that edge rises, and from k - high + 1 on.
void append_transposed(const Piece& piece, Pieces& out) {
  const Segment& segment = piece.segment;
  const Piece whole{fixed_segment(piece.begin, piece.end), piece.lowest(), piece.highest()};
  Segment limit = whole.segment;
  if (segment.high.rises) {
    limit.low = inverse(segment.high);
    ++limit.low.at;
  }
  if (segment.low.rises) {
    limit.high = inverse(segment.low);
    ++limit.high.at;
  }
  append_clipped(whole, limit, out);
}

class Transposed final : public Relation {
 public:
  explicit Transposed(const Relation& relation) : Relation({relation.extent().keys, relation.extent().queries}) {
    Pieces all;
    if (relation.extent().queries > 0) relation.pieces(0, relation.extent().queries, all);
    for (const Piece& piece : all) append_transposed(piece, pieces_);
    std::ranges::sort(pieces_, {}, &Piece::begin);
  }

  void pieces(Count first, Count last, Pieces& out) const override {
    for (const Piece& piece : pieces_) {
      if (piece.begin >= last) break;
      const Count begin = std::max(piece.begin, first);
      const Count end = std::min(piece.end, last);
      if (begin < end) out.push_back({later(piece.segment, first), begin - first, end - first});
    }
  }

  // Between two places where pieces begin or end their order stays, as they are disjoint.
  void bands(Count first, Count last, Bands& out) const override {
    Pieces all;
    pieces(first, last, all);
    std::vector<Count> cuts{0, last - first};
    for (const Piece& piece : all) cuts.insert(cuts.end(), {piece.begin, piece.end});
    std::ranges::sort(cuts);
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
    std::vector<Segment> open;
    std::vector<Piece> active;
    std::size_t next = 0;
    for (std::size_t c = 0; c + 1 < cuts.size(); ++c) {
      std::erase_if(active, [&](const Piece& piece) { return piece.end <= cuts[c]; });
      for (; next < all.size() && all[next].begin <= cuts[c]; ++next) active.push_back(all[next]);
      open.clear();
      for (const Piece& piece : active) open.push_back(later(piece.segment, cuts[c]));
      std::ranges::sort(open, {}, [](const Segment& segment) { return segment.low.at; });
      out.open(first + cuts[c], first + cuts[c + 1]);
      for (const Segment& segment : open) out.add(segment);
    }
  }

 private:
  Pieces pieces_;  // by their first key
};

Axis transposed(const Axis& axis) {
  Axis result{transposed(*axis.relation), {}};
  for (const DilationGroup& group : axis.groups)
    result.groups.push_back({group.times, transposed(*group.relation)});
  return result;
}

}  // namespace

RelationPtr transposed(const Relation& relation) { return std::make_shared<Transposed>(relation); }

Mask transposed(const Mask& mask) {
  Mask result{{mask.layout.keys, mask.layout.queries}, {}};
  for (const Axis& axis : mask.axes) result.axes.push_back(transposed(axis));
  return result;
}

}  // namespace tilewright
