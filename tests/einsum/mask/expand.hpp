// Shared by the tests of masks: bands made into single pairs, with the contract of bands checked on the way, and
// random shapes. What is wrong comes back as a text, empty where nothing is, so that thousands of cases stay quick.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "einsum/mask/expression.hpp"

namespace tilewright::test {

/// Small random numbers, shapes and sets of pairs.
class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}

  Count from(Count least, Count most) {
    return least + static_cast<Count>(engine_() % static_cast<std::uint64_t>(most - least + 1));
  }
  bool coin() { return from(0, 1) == 1; }

  /// As many queries as keys, fewer, or one.
  Layout layout(std::size_t dimensions, Count most) {
    Layout layout;
    for (std::size_t d = 0; d < dimensions; ++d) {
      const Count keys = from(1, most);
      const Count kind = from(0, 3);
      layout.keys.push_back(keys);
      layout.queries.push_back(kind < 2 ? keys : kind == 2 ? from(1, keys) : 1);
    }
    return layout;
  }

 private:
  std::mt19937_64 engine_;
};

/// One bit per pair.
struct Pairs {
  explicit Pairs(Extent of) : extent(of), in(static_cast<std::size_t>(of.queries * of.keys), 0) {}
  Pairs(Extent of, const std::function<bool(Count query, Count key)>& sees) : Pairs(of) {
    for (Count q = 0; q < of.queries; ++q)
      for (Count k = 0; k < of.keys; ++k) at(q, k) = sees(q, k) ? 1 : 0;
  }
  char& at(Count query, Count key) { return in[static_cast<std::size_t>(query * extent.keys + key)]; }
  [[nodiscard]] bool has(Count query, Count key) const {
    return in[static_cast<std::size_t>(query * extent.keys + key)] != 0;
  }

  Extent extent;
  std::vector<char> in;
};

/// What is wrong with the segments of one query; sets its pairs.
inline std::string add_row(const Bands& bands, const Band& band, Count query, Pairs& pairs) {
  Count end = 0;
  for (const Segment& segment : bands.of(band)) {
    const Count low = segment.low.row(query - band.first);
    const Count high = segment.high.row(query - band.first);
    if (low >= high) return fmt::format("query {}: empty segment [{}, {})", query, low, high);
    if (low < end) return fmt::format("query {}: segment [{}, {}) begins before {}", query, low, high, end);
    if (high > pairs.extent.keys)
      return fmt::format("query {}: segment [{}, {}) ends beyond keys", query, low, high);
    end = high;
    for (Count k = low; k < high; ++k) pairs.at(query, k) = 1;
  }
  return {};
}

/// What is wrong with bands over queries [first, last); sets their pairs.
inline std::string add_bands(const Bands& bands, Count first, Count last, Pairs& pairs) {
  for (const Band& band : bands.bands) {
    if (band.first != first || band.last <= band.first)
      return fmt::format("band [{}, {}) does not follow query {}", band.first, band.last, first);
    for (; first < band.last && first < last; ++first)
      if (std::string wrong = add_row(bands, band, first, pairs); !wrong.empty()) return wrong;
  }
  return first == last && (bands.bands.empty() || bands.bands.back().last == last) ? ""
                                                                                   : "bands do not end at the last";
}

/// What is wrong with pieces of queries counted from `first`: those that are empty or have pairs of others. Sets
/// their pairs.
inline std::string add_pieces(const Pieces& pieces, Count first, Count last, Pairs& pairs) {
  for (const Piece& piece : pieces) {
    if (piece.begin < 0 || piece.begin >= piece.end || first + piece.end > last)
      return fmt::format("piece of queries [{}, {}) of [{}, {})", piece.begin, piece.end, first, last);
    for (Count i = piece.begin; i < piece.end; ++i) {
      const Count low = piece.segment.low.row(i);
      const Count high = piece.segment.high.row(i);
      if (low < 0 || low >= high || high > pairs.extent.keys)
        return fmt::format("query {}: piece of keys [{}, {})", first + i, low, high);
      for (Count k = low; k < high; ++k) {
        if (pairs.has(first + i, k)) return fmt::format("query {}, key {}: in two pieces", first + i, k);
        pairs.at(first + i, k) = 1;
      }
    }
  }
  return {};
}

/// How the relation differs from the pairs, asked for queries [first, last) only.
inline std::string difference_in(const Relation& relation, const Pairs& expected, Count first, Count last) {
  Bands bands;
  relation.bands(first, last, bands);
  Pairs got(relation.extent());
  if (std::string wrong = add_bands(bands, first, last, got); !wrong.empty()) return wrong;
  Pieces pieces;
  relation.pieces(first, last, pieces);
  Pairs in_pieces(relation.extent());
  if (std::string wrong = add_pieces(pieces, first, last, in_pieces); !wrong.empty()) return wrong;
  for (Count q = first; q < last; ++q)
    for (Count k = 0; k < expected.extent.keys; ++k) {
      if (got.has(q, k) != expected.has(q, k))
        return fmt::format("query {}, key {}: {}", q, k, got.has(q, k) ? "in the bands only" : "not in the bands");
      if (in_pieces.has(q, k) != expected.has(q, k))
        return fmt::format("query {}, key {}: {}", q, k,
                           in_pieces.has(q, k) ? "in the pieces only" : "not in the pieces");
    }
  return {};
}

/// How the relation differs from the pairs, asked for all queries at once, for single ones, and for a part of them.
inline std::string difference(const Relation& relation, const Pairs& expected) {
  const Count queries = relation.extent().queries;
  if (relation.extent() != expected.extent) return "another extent";
  std::string wrong = difference_in(relation, expected, 0, queries);
  for (Count q = 0; q < queries && wrong.empty(); ++q) wrong = difference_in(relation, expected, q, q + 1);
  for (Count part = 2; part < 5 && wrong.empty(); ++part)
    wrong = difference_in(relation, expected, queries / part / 2, queries - queries / 2 / part);
  return wrong;
}

/// The pairs of a relation; throws std::logic_error where its bands break their contract.
inline Pairs expand(const Relation& relation) {
  Bands bands;
  relation.bands(0, relation.extent().queries, bands);
  Pairs pairs(relation.extent());
  if (const std::string wrong = add_bands(bands, 0, relation.extent().queries, pairs); !wrong.empty())
    throw std::logic_error(wrong);
  return pairs;
}

inline Layout same(const Extents& tokens) { return {tokens, tokens}; }

/// The mask of a text with one run of heads.
inline Mask mask_of(const std::string& text, const Layout& layout, int head = 0) {
  return parse_mask(text).front().expression->make({layout, head});
}

/// Whether a query at a position sees a key.
using Sees = std::function<bool(Count at, Count key)>;

/// How a mask over flattened tokens differs from a predicate on flattened positions.
inline std::string difference(const Mask& mask, const Sees& sees) {
  const Extent extent = mask.layout.flattened();
  return difference(*mask.flattened(),
                    Pairs(extent, [&](Count q, Count k) { return sees(extent.position(q), k); }));
}

/// How a product mask differs from the product of a predicate on positions per dimension.
inline std::string difference_by_dimension(const Mask& mask, const std::vector<Sees>& sees) {
  if (!mask.is_product()) return "no product";
  const auto sees_all = [&](Count q, Count k) {
    for (std::size_t d = sees.size(); d-- > 0;) {
      const Extent axis = mask.layout.axis(d);
      if (!sees[d](axis.position(q % axis.queries), k % axis.keys)) return false;
      q /= axis.queries;
      k /= axis.keys;
    }
    return true;
  };
  return difference(*mask.flattened(), Pairs(mask.layout.flattened(), sees_all));
}

}  // namespace tilewright::test
