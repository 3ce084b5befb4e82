#include <catch2/catch.hpp>

#include "tests/einsum/mask/relations.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("a flattened product has the pairs of every dimension", "[mask]") {
  Random random(25);
  for (int i = 0; i < 1500; ++i) {
    std::vector<Known> known;
    std::vector<RelationPtr> relations;
    Extent all{1, 1};
    for (Count d = random.from(1, 3); d > 0; --d) {
      const Extent extent = some_extent(random, 6);
      known.push_back(some_relation(random, extent));
      relations.push_back(known.back().relation);
      all = {all.queries * extent.queries, all.keys * extent.keys};
    }
    const Pairs pairs(all, [&](Count q, Count k) {
      for (std::size_t d = known.size(); d-- > 0;) {
        const Extent extent = known[d].pairs.extent;
        if (!known[d].pairs.has(q % extent.queries, k % extent.keys)) return false;
        q /= extent.queries;
        k /= extent.keys;
      }
      return true;
    });
    REQUIRE(difference(*flattened_product(relations), pairs) == "");
  }
}

TEST_CASE("the flattened product of one dimension is that dimension", "[mask]") {
  const RelationPtr one = all_pairs({3, 4});
  CHECK(flattened_product({one}) == one);
}

}  // namespace tilewright::test::TEST_FILE
