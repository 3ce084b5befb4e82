#include "einsum/mask/block_map.hpp"

#include <catch2/catch.hpp>

#include "tests/einsum/mask/expand.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("a relation of blocks has their pairs, also those of blocks cut off", "[mask]") {
  Random random(26);
  for (int i = 0; i < 1500; ++i) {
    const Extent extent{random.from(1, 30), random.from(1, i % 10 == 0 ? 300 : 30)};
    BlockMap map(extent, random.from(1, 9), random.from(1, i % 10 == 0 ? 2 : 9));
    for (Count row = 0; row < map.query_blocks(); ++row)
      for (Count column = 0; column < map.key_blocks(); ++column)
        if (random.from(0, 2) > 0) map.set(row, column);
    const RelationPtr relation = block_relation(map);
    const Pairs pairs(extent,
                      [&](Count q, Count k) { return map.test(q / map.query_block(), k / map.key_block()); });
    REQUIRE(difference(*relation, pairs) == "");
    REQUIRE(relation->blocks() != nullptr);
    REQUIRE(relation->blocks()->tokens() == extent);
  }
}

TEST_CASE("blocks are counted up to the last, which may be cut off", "[mask]") {
  const BlockMap map({10, 130}, 4, 64);
  CHECK(map.query_blocks() == 3);
  CHECK(map.key_blocks() == 3);
  CHECK(map.queries_in(1) == 4);
  CHECK(map.queries_in(2) == 2);
  CHECK(map.keys_in(0) == 64);
  CHECK(map.keys_in(2) == 2);
}

TEST_CASE("a run of blocks is the blocks one by one", "[mask]") {
  for (const Count first : {0, 1, 63, 64, 65, 127, 128, 199})
    for (const Count last : {0, 1, 2, 63, 64, 65, 128, 129, 192, 200}) {
      BlockMap run({2, 200}, 1, 1);
      BlockMap single({2, 200}, 1, 1);
      run.set_run(1, first, last);
      for (Count column = first; column < last; ++column) single.set(1, column);
      for (Count row = 0; row < 2; ++row) CHECK(std::ranges::equal(run.row(row), single.row(row)));
    }
}

TEST_CASE("a block that is reset is absent, a row that is copied is there", "[mask]") {
  BlockMap map({3, 100}, 1, 1);
  map.set_run(0, 60, 70);
  map.reset(0, 64);
  CHECK_FALSE(map.test(0, 64));
  CHECK((map.test(0, 63) && map.test(0, 65)));
  map.set_row(2, map.row(0));
  CHECK(std::ranges::equal(map.row(2), map.row(0)));
  CHECK_FALSE(map.test(1, 63));
}

}  // namespace tilewright::test::TEST_FILE
