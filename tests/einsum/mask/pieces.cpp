#include "einsum/mask/pieces.hpp"

#include <catch2/catch.hpp>

#include "tests/einsum/mask/relations.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Pieces pieces_of(const Relation& relation) {
  Pieces pieces;
  relation.pieces(0, relation.extent().queries, pieces);
  return pieces;
}

// How pieces differ from what a rule says of every pair.
std::string wrong_in(const Pieces& pieces, Extent extent, const std::function<bool(Count, Count)>& sees) {
  Pairs got(extent);
  if (std::string wrong = add_pieces(pieces, 0, extent.queries, got); !wrong.empty()) return wrong;
  return got.in == Pairs(extent, sees).in ? "" : "other pairs";
}

Segment any_segment(Random& random, Count most) {
  const Count low = random.from(-4, most);
  return {{low, random.coin()}, {low + random.from(-3, most), random.coin()}};
}

bool is_in(const Segment& segment, Count query, Count key) {
  return segment.low.row(query) <= key && key < segment.high.row(query);
}

}  // namespace

TEST_CASE("bands as pieces, from a query before them", "[mask]") {
  Bands bands;
  bands.open(5, 8);
  bands.add({{2, true}, {4, true}});
  bands.open(8, 9);
  Pieces pieces;
  append_pieces(bands, 3, pieces);
  REQUIRE(pieces.size() == 1);
  CHECK(pieces[0].segment == Segment{{0, true}, {2, true}});
  CHECK((pieces[0].begin == 2 && pieces[0].end == 5 && pieces[0].queries() == 3));
  CHECK((pieces[0].lowest() == 2 && pieces[0].highest() == 6));
}

TEST_CASE("pieces combined are sets combined, and come in any order", "[mask]") {
  Random random(31);
  for (int i = 0; i < 3000; ++i) {
    const Extent extent = some_extent(random, 16);
    const Known a = some_relation(random, extent);
    const Known b = some_relation(random, extent);
    const auto expect = [&](Combination how, const std::function<bool(bool, bool)>& rule) {
      Pieces of_a = pieces_of(*a.relation);
      Pieces of_b = pieces_of(*b.relation);
      if (random.coin()) std::reverse(of_a.begin(), of_a.end());
      if (random.coin()) std::reverse(of_b.begin(), of_b.end());
      Pieces out;
      combine(of_a, of_b, how, out);
      REQUIRE(wrong_in(out, extent, [&](Count q, Count k) { return rule(a.pairs.has(q, k), b.pairs.has(q, k)); }) ==
              "");
    };
    expect(Combination::either, [](bool x, bool y) { return x || y; });
    expect(Combination::both, [](bool x, bool y) { return x && y; });
    expect(Combination::first_only, [](bool x, bool y) { return x && !y; });
  }
}

TEST_CASE("segments that overlap, are empty or lie outside are united", "[mask]") {
  Random random(32);
  for (int i = 0; i < 5000; ++i) {
    const Extent extent = some_extent(random, 14);
    std::vector<Segment> segments;
    for (Count n = random.from(0, 6); n > 0; --n) segments.push_back(any_segment(random, extent.keys));
    const Count begin = random.from(0, extent.queries - 1);
    const Count end = random.from(begin + 1, extent.queries);
    const Segment limit = random.coin() ? fixed_segment(0, extent.keys)
                                        : Segment{{0, false}, {extent.keys - extent.queries + 1, true}};
    Pieces out;
    unite(segments, limit, begin, end, out);
    REQUIRE(wrong_in(out, extent, [&](Count q, Count k) {
              return begin <= q && q < end && is_in(limit, q, k) &&
                     std::ranges::any_of(segments, [&](const Segment& each) { return is_in(each, q, k); });
            }) == "");
  }
}

TEST_CASE("a column and a diagonal are cut where they cross, and nowhere else", "[mask]") {
  Pieces columns{{fixed_segment(10, 11), 0, 64}, {fixed_segment(90, 91), 0, 64}};
  Pieces diagonals{{{{0, true}, {1, true}}, 0, 64}, {{{-100, true}, {-99, true}}, 0, 64}};
  Pieces out;
  combine(columns, diagonals, Combination::either, out);
  CHECK(out.size() == 5);
}

}  // namespace tilewright::test::TEST_FILE
