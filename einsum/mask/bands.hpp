// A set of (query, key) pairs as bands of queries, in each of which the keys are a few intervals whose ends either
// stay or move by one key from query to query. Every pattern of the field is made of such bands, and they can be
// counted without a look at single pairs.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "einsum/mask/layout.hpp"

namespace tilewright {

/// Where an interval begins or ends: at key `at` for the first query of the band, and, where it rises, one key
/// later with every query.
struct Edge {
  Count at = 0;
  bool rises = false;

  [[nodiscard]] constexpr Count row(Count i) const { return at + (rises ? i : 0); }
  bool operator==(const Edge&) const = default;
};

/// Keys [low, high) of every query of a band.
struct Segment {
  Edge low;
  Edge high;
  bool operator==(const Segment&) const = default;
};

constexpr Segment fixed_segment(Count low, Count high) { return {{low, false}, {high, false}}; }

/// Queries [first, last) and the segments of all of them.
struct Band {
  Count first;
  Count last;
  std::size_t begin;  ///< into Bands::segments
  std::size_t end;
};

/// Bands one after another without a gap; the segments of a band in ascending order, disjoint and not empty at
/// every query of the band.
struct Bands {
  std::vector<Band> bands;
  std::vector<Segment> segments;

  void clear();
  /// A band without segments yet; add() appends to the last band.
  void open(Count first, Count last);
  void add(const Segment& segment);
  [[nodiscard]] std::span<const Segment> of(const Band& band) const;
};

/// The sum over i in [begin, end) of min(edge at i, key).
inline Count sum_of_minima(const Edge& edge, Count begin, Count end, Count key) {
  if (!edge.rises) return (end - begin) * std::min(edge.at, key);
  const Count cut = std::clamp(key - edge.at, begin, end);  // queries before it have the edge below the key
  return (cut - begin) * edge.at + (cut * (cut - 1) - begin * (begin - 1)) / 2 + (end - cut) * key;
}

/// How many of the pairs of queries i in [begin, end) (counted from the band's first) and the keys of a segment
/// have a key below `key`.
inline Count pairs_below(const Segment& segment, Count begin, Count end, Count key) {
  return sum_of_minima(segment.high, begin, end, key) - sum_of_minima(segment.low, begin, end, key);
}

/// The same band seen from a later query: both edges moved.
Segment later(const Segment& segment, Count queries);

enum class Combination { either, both, first_only };

/// Appends bands over queries [first, last) with the pairs of a, or b, or both, that have keys in [0, keys). The
/// segments of a and b (relative to `first`) may overlap, be empty or lie outside.
/// Cost: (crossings of edges) x (segments) x log(segments).
void combine(Count first, Count last, Count keys, std::span<const Segment> a, std::span<const Segment> b,
             Combination how, Bands& out);

}  // namespace tilewright
