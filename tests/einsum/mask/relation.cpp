#include "einsum/mask/relation.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/einsum/mask/relations.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("all pairs", "[mask]") {
  for (const Extent extent : {Extent{1, 1}, Extent{1, 7}, Extent{5, 3}})
    CHECK(difference(*all_pairs(extent), Pairs(extent, [](Count, Count) { return true; })) == "");
}

TEST_CASE("relations combined are sets combined", "[mask]") {
  Random random(22);
  for (int i = 0; i < 2000; ++i) {
    const Extent extent = some_extent(random, 16);
    const Known a = some_relation(random, extent);
    const Known b = some_relation(random, extent);
    const auto expect = [&](Combination how, const std::function<bool(bool, bool)>& rule) {
      const Pairs pairs(extent, [&](Count q, Count k) { return rule(a.pairs.has(q, k), b.pairs.has(q, k)); });
      REQUIRE(difference(*combined(a.relation, b.relation, how), pairs) == "");
    };
    expect(Combination::either, [](bool x, bool y) { return x || y; });
    expect(Combination::both, [](bool x, bool y) { return x && y; });
    expect(Combination::first_only, [](bool x, bool y) { return x && !y; });
    const Pairs others(extent, [&](Count q, Count k) { return !a.pairs.has(q, k); });
    REQUIRE(difference(*negated(a.relation), others) == "");
  }
}

TEST_CASE("a shift moves every pair, and those that leave are gone", "[mask]") {
  Random random(23);
  for (int i = 0; i < 3000; ++i) {
    const Extent extent = some_extent(random, 14);
    const Known of = some_relation(random, extent);
    const Count queries = random.from(-16, 16);
    const Count keys = random.from(-16, 16);
    const Pairs pairs(extent, [&](Count q, Count k) {
      const Count from_q = q - queries;
      const Count from_k = k - keys;
      return from_q >= 0 && from_q < extent.queries && from_k >= 0 && from_k < extent.keys &&
             of.pairs.has(from_q, from_k);
    });
    INFO("by " << queries << " queries and " << keys << " keys");
    REQUIRE(difference(*shifted(of.relation, queries, keys), pairs) == "");
  }
}

TEST_CASE("contains looks at one pair", "[mask]") {
  Random random(24);
  for (int i = 0; i < 200; ++i) {
    const Extent extent = some_extent(random, 9);
    const Known of = some_relation(random, extent);
    for (Count q = 0; q < extent.queries; ++q)
      for (Count k = 0; k < extent.keys; ++k) REQUIRE(contains(*of.relation, q, k) == of.pairs.has(q, k));
  }
}

TEST_CASE("relations of other extents are not combined", "[mask]") {
  CHECK(message_of([] {
          combined(all_pairs({2, 3}), all_pairs({2, 4}), Combination::both);
        }) == "masks of 2 x 3 and of 2 x 4 pairs cannot be combined");
}

}  // namespace tilewright::test::TEST_FILE
