#include "einsum/mask/cropped.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <random>

#include "einsum/mask/expression.hpp"
#include "tests/einsum/mask/brute_force.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

class Random {
 public:
  explicit Random(unsigned seed) : generator_(seed) {}
  Count from(Count least, Count most) { return std::uniform_int_distribution<Count>(least, most)(generator_); }

 private:
  std::mt19937 generator_;
};

Mask mask_of(const std::string& text, const Layout& layout) {
  return parse_mask(text).front().expression->make({layout, 0});
}

// Of one dimension.
std::vector<char> first_tokens(const std::vector<char>& pairs, const Layout& of, const Layout& layout) {
  std::vector<char> first;
  for (Count q = 0; q < layout.queries[0]; ++q)
    for (Count k = 0; k < layout.keys[0]; ++k) first.push_back(pairs[static_cast<std::size_t>(q * of.keys[0] + k)]);
  return first;
}

}  // namespace

TEST_CASE("a mask that is cropped has the pairs of its first tokens, and their tiles") {
  Random random(3);
  for (int i = 0; i < 500; ++i) {
    const Count keys = random.from(1, 20);
    const Count queries = random.from(1, keys);
    const Count padding = random.from(0, 6);
    const Layout padded{{queries + padding}, {keys + padding}};
    const Count dilation = random.from(1, 4) == 1 ? random.from(1, keys) : 1;
    const Count window = random.from(1, keys / dilation);
    const std::string text = fmt::format("gna,window={},stride={},dilation={},causal={}", window,
                                         random.from(1, window), dilation, random.from(0, 1));
    INFO(text << " over " << queries << " queries and " << keys << " keys, padded by " << padding);
    const Mask mask = mask_of(text, padded);
    const Mask found = cropped(mask, {{queries}, {keys}});
    const auto pairs = first_tokens(brute_force::pairs_of(mask), padded, {{queries}, {keys}});
    REQUIRE(brute_force::pairs_of(found) == pairs);
    const Tiling tiling{TileOrder::multi, KeyTiles::fixed, {random.from(1, 6)}, {random.from(1, 6)}};
    const Census census = count_tiles(found, tiling);
    const Census expected = brute_force::count_tiles(pairs, {{queries}, {keys}}, tiling, {dilation}).census;
    REQUIRE(census.pairs == expected.pairs);
    REQUIRE(census.visited == expected.visited);
    REQUIRE(census.full == expected.full);
    REQUIRE(census.query_tiles == expected.query_tiles);
  }
}

TEST_CASE("a product is cropped by dimension") {
  const Mask mask = mask_of("gna,window=4x3,stride=2x1", {{6, 8}, {6, 8}});
  const Mask found = cropped(mask, {{5, 8}, {5, 8}});
  CHECK(found.is_product());
  CHECK(found.layout.keys == Extents{5, 8});
  for (Count q = 0; q < 40; ++q)
    for (Count k = 0; k < 40; ++k) REQUIRE(contains(*found.flattened(), q, k) == contains(*mask.flattened(), q, k));
}

}  // namespace tilewright::test::TEST_FILE
