// The pairs of some queries as disjoint pieces, each of a run of queries of its own. A band is cut for all of its
// segments wherever two edges cross; here only the two segments that cross are. So many columns and diagonals are
// as many pieces as they have crossings in these queries, not as many bands times all of them.
#pragma once

#include "einsum/mask/bands.hpp"

namespace tilewright {

/// Queries [begin, end) and their keys, not empty at any of them. Queries are counted from the first that were
/// asked for, and edges stand where they are, or would be, at that one.
struct Piece {
  Segment segment;
  Count begin;
  Count end;

  [[nodiscard]] Count queries() const { return end - begin; }
  /// All keys of the piece are in [lowest(), highest()).
  [[nodiscard]] Count lowest() const { return segment.low.row(begin); }
  [[nodiscard]] Count highest() const { return segment.high.row(end - 1); }
};

using Pieces = std::vector<Piece>;

/// Bands that begin at query `first`, or later, as pieces counted from it.
void append_pieces(const Bands& bands, Count first, Pieces& out);

/// Appends the pairs of the piece that are in the segment, too.
void append_clipped(const Piece& piece, const Segment& segment, Pieces& out);

/// Appends the pairs of a, or b, or both. Pieces of a are disjoint, and so are those of b; both may come in any
/// order and are sorted. Cost: that of sorting, and the places where pieces of a and b share queries and keys.
void combine(Pieces& a, Pieces& b, Combination how, Pieces& out);

/// Segments that may overlap, be empty or lie outside [0, keys) for some or all queries, as disjoint pieces of
/// queries [begin, end). Edges stand where they are at query 0. Appends.
void unite(std::span<const Segment> segments, const Segment& limit, Count begin, Count end, Pieces& out);

}  // namespace tilewright
