#include "kernels/decode/schedule.hpp"

#include <catch2/catch.hpp>

namespace tilewright::kernels::TEST_FILE {

TEST_CASE("Shares follow each other, cover everything and differ by at most one tile", "[decode]") {
  const std::int64_t total = GENERATE(1, 7, 64, 1000, 1LL << 33);
  const std::int64_t parts = GENERATE(1, 2, 3, 7, 132);
  std::int64_t begin = 0;
  for (std::int64_t part = 0; part < parts; ++part) {
    const TileRange share = share_of(part, parts, total);
    CHECK(share.begin == begin);
    CHECK(share.end - share.begin >= total / parts);
    CHECK(share.end - share.begin <= total / parts + 1);
    begin = share.end;
  }
  CHECK(begin == total);
}

TEST_CASE("Every tile belongs to the part whose share holds it", "[decode]") {
  const std::int64_t total = GENERATE(7, 64, 131, 132, 1000);
  const std::int64_t parts = GENERATE(1, 2, 3, 7);
  for (std::int64_t tile = 0; tile < total; ++tile) {
    const TileRange share = share_of(owner_of(tile, parts, total), parts, total);
    CHECK(share.begin <= tile);
    CHECK(tile < share.end);
  }
}

TEST_CASE("No keys are one tile", "[decode]") {
  CHECK(tiles_of(0, 64) == 1);
  CHECK(tiles_of(-1, 64) == 1);
  CHECK(tiles_of(64, 64) == 1);
  CHECK(tiles_of(65, 64) == 2);
}

TEST_CASE("Splits fill the GPU, and no more than it needs", "[decode]") {
  SECTION("one output of many tiles takes every slot") { CHECK(choose_splits(1, 10000, 264, 2) == 264); }
  SECTION("eight outputs share the slots") { CHECK(choose_splits(8, 2048, 264, 2) == 33); }
  SECTION("enough outputs are not split") { CHECK(choose_splits(264, 2048, 264, 2) == 1); }
  SECTION("half a wave more than one is split to even out the waves") {
    const int splits = choose_splits(396, 2048, 264, 2);
    CHECK(splits % 2 == 0);
  }
  SECTION("never more splits than tiles") { CHECK(choose_splits(1, 3, 264, 0) == 3); }
  SECTION("a split of few tiles is not worth its start") { CHECK(choose_splits(200, 4, 264, 2) == 1); }
}

TEST_CASE("No other number of splits is sooner", "[decode]") {
  const int outputs = GENERATE(1, 5, 8, 100, 300);
  const int tiles = GENERATE(1, 17, 200);
  const auto cost = [&](int splits) { return (outputs * splits + 63) / 64 * ((tiles + splits - 1) / splits + 2); };
  const int chosen = choose_splits(outputs, tiles, 64, 2);
  for (int splits = 1; splits <= tiles && splits <= 64; ++splits) {
    CHECK(cost(chosen) <= cost(splits));
    if (cost(splits) == cost(chosen)) CHECK(chosen <= splits);
  }
}

}  // namespace tilewright::kernels::TEST_FILE
