#include "einsum/mask/census.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <random>

#include "einsum/mask/expression.hpp"
#include "einsum/mask/patterns/draw.hpp"
#include "tests/einsum/mask/brute_force.hpp"
#include "tests/einsum/mask/mixture.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Mask mask_of(const std::string& text, const Layout& layout) {
  return parse_mask(text).front().expression->make({layout, 0});
}

Mask mask_of(const std::string& text, const std::string& layout) {
  const Extents extents = parse_extents(layout, "layout");
  return mask_of(text, {extents, extents});
}

Tiling tiling_of(const std::string& query_tile, const std::string& key_tile) {
  return {TileOrder::multi, KeyTiles::fixed, parse_extents(query_tile, "Q tile"),
          parse_extents(key_tile, "KV tile")};
}

class Random {
 public:
  explicit Random(unsigned seed) : generator_(seed) {}
  Count from(Count least, Count most) { return std::uniform_int_distribution<Count>(least, most)(generator_); }
  bool coin() { return from(0, 1) == 1; }

  Layout layout(std::size_t dimensions, Count most) {
    Layout layout;
    for (std::size_t d = 0; d < dimensions; ++d) {
      layout.keys.push_back(from(1, most));
      layout.queries.push_back(coin() ? layout.keys.back() : from(1, layout.keys.back()));
    }
    return layout;
  }

  // A neighborhood, and its dilation.
  std::pair<std::string, Extents> neighborhood(const Layout& layout) {
    Extents window;
    Extents stride;
    Extents dilation;
    Extents causal;
    for (const Count length : layout.keys) {
      dilation.push_back(coin() ? 1 : from(1, length));
      window.push_back(coin() ? length / dilation.back() : from(1, length / dilation.back()));
      stride.push_back(coin() ? 1 : from(1, window.back()));
      causal.push_back(from(0, 1));
    }
    return {fmt::format("gna,window={},stride={},dilation={},causal={}", to_text(window), to_text(stride),
                        to_text(dilation), to_text(causal)),
            dilation};
  }

  // Anything over flattened tokens.
  std::string flat(const Layout& layout) {
    const Count keys = tokens_of(layout.keys);
    switch (from(0, 4)) {
      case 0:
        return "causal";
      case 1:
        return fmt::format("sliding,left={},right={}", from(0, keys), from(0, keys));
      case 2:
        return "!" + neighborhood(layout).first;
      case 3:
        return fmt::format("{} | sliding,left={}", neighborhood(layout).first, from(0, keys));
      default:
        return fmt::format("causal & !sliding,left={},right={} | {}", from(0, keys), from(0, keys),
                           neighborhood(layout).first);
    }
  }

  Tiling tiling(const Layout& layout) {
    Tiling tiling;
    tiling.order = coin() ? TileOrder::multi : TileOrder::flat;
    const KeyTiles kinds[] = {KeyTiles::fixed, KeyTiles::fixed, KeyTiles::dynamic, KeyTiles::gathered};
    tiling.key_tiles = kinds[from(0, 3)];
    tiling.gather = coin() ? 1 : from(1, 9);
    for (const Count length : layout.keys) {
      tiling.query_tile.push_back(from(1, length + 2));
      tiling.key_tile.push_back(from(1, length + 2));
    }
    return tiling;
  }

 private:
  std::mt19937 generator_;
};

void require_equal(const Census& census, const Census& expected) {
  CHECK(census.queries == expected.queries);
  CHECK(census.keys == expected.keys);
  CHECK(census.pairs == expected.pairs);
  CHECK(census.query_tiles == expected.query_tiles);
  CHECK(census.key_tiles == expected.key_tiles);
  CHECK(census.visited == expected.visited);
  CHECK(census.full == expected.full);
  CHECK(census.worst == expected.worst);
  CHECK(census.best == expected.best);
  CHECK(census.visited_tokens == expected.visited_tokens);
  CHECK(census.fetched_keys == expected.fetched_keys);
  CHECK(census.gathered_units == expected.gathered_units);
  REQUIRE(census.distribution == expected.distribution);
}

void compare(const std::string& text, const Layout& layout, const Tiling& tiling, const Extents& dilation) {
  const Mask mask = mask_of(text, layout);
  INFO(text << " queries " << to_text(layout.queries) << " keys " << to_text(layout.keys) << " tiles "
            << to_text(tiling.query_tile) << " by " << to_text(tiling.key_tile) << " flat "
            << (tiling.order == TileOrder::flat) << " " << to_text(tiling.key_tiles) << " by " << tiling.gather);
  const auto is_dilated = [](Count each) { return each > 1; };
  if (tiling.key_tiles == KeyTiles::gathered && tiling.order == TileOrder::multi &&
      std::ranges::any_of(dilation, is_dilated))
    return;
  const auto expected = brute_force::count_tiles(brute_force::pairs_of(mask), layout, tiling, dilation);
  require_equal(count_tiles(mask, tiling), expected.census);
  const TileVisits visits = visit_tiles(mask, tiling);
  REQUIRE(visits.tiles == expected.tiles);
  CHECK(visits.fetched_keys == expected.census.fetched_keys);
  CHECK(visits.gathered_units == expected.census.gathered_units);
  if (tiling.key_tiles != KeyTiles::fixed) return;
  const TileMap map = map_tiles(mask, tiling);
  std::vector<TileCount> drawn;
  for (Count row = 0; row < map.visited.query_blocks(); ++row) {
    drawn.emplace_back();
    for (Count column = 0; column < map.visited.key_blocks(); ++column) {
      drawn.back().visited += map.visited.test(row, column) ? 1 : 0;
      drawn.back().full += map.full.test(row, column) ? 1 : 0;
      REQUIRE((map.visited.test(row, column) || !map.full.test(row, column)));
    }
  }
  REQUIRE(drawn == expected.tiles);
  CHECK(map.visited.key_blocks() == expected.census.key_tiles);
}

}  // namespace

TEST_CASE("the census of a neighborhood is that of all its pairs") {
  Random random(1);
  for (int i = 0; i < 1500; ++i) {
    const auto dimensions = static_cast<std::size_t>(random.from(1, 3));
    const Layout layout = random.layout(dimensions, dimensions == 1 ? 60 : dimensions == 2 ? 11 : 6);
    const auto [text, dilation] = random.neighborhood(layout);
    compare(text, layout, random.tiling(layout), dilation);
  }
}

TEST_CASE("the census of a mask over flattened tokens is that of all its pairs") {
  Random random(2);
  int compared = 0;
  for (int i = 0; i < 1500; ++i) {
    const auto dimensions = static_cast<std::size_t>(random.from(1, 3));
    const Layout layout = random.layout(dimensions, dimensions == 1 ? 60 : dimensions == 2 ? 10 : 5);
    const std::string text = random.flat(layout);
    const Tiling tiling = random.tiling(layout);
    if (is_mixture(text, layout)) continue;
    compare(text, layout, tiling, {});
    ++compared;
  }
  CHECK(compared > 1000);
}

TEST_CASE("the census of a long diagonal repeats itself as all its pairs do") {
  Random random(3);
  for (int i = 0; i < 60; ++i) {
    const Count length = random.from(150, 400);
    const Layout layout{{random.coin() ? length : random.from(100, length)}, {length}};
    Tiling tiling{TileOrder::multi, KeyTiles::fixed, {random.from(1, 9)}, {random.from(1, 9)}};
    compare(fmt::format("sliding,left={},right={}", random.from(0, 40), random.from(0, 9)), layout, tiling, {});
    compare("causal", layout, tiling, {});
    compare(fmt::format("gna,window={}", random.from(1, 40)), layout, tiling, {});
    compare(fmt::format("sliding,left={},right={}", length, random.from(0, 9)), layout, tiling, {});
    compare(fmt::format("!causal | sliding,left={}", random.from(0, 9)), layout, tiling, {});
    const Count window = random.from(40, 100);
    compare(fmt::format("gna,window={},stride={},causal=1", window, random.from(window / 2, window)), layout,
            tiling, {});
  }
}

TEST_CASE("the census of a bitmap is that of all its pairs") {
  Random random(4);
  for (int i = 0; i < 400; ++i) {
    const Layout layout{{random.from(1, 80)}, {random.from(1, 200)}};
    BlockMap map(layout.flattened(), random.from(1, 5), random.from(1, 3));
    const Count density = random.from(0, 4);
    for (Count row = 0; row < map.query_blocks(); ++row)
      for (Count column = 0; column < map.key_blocks(); ++column)
        if (random.from(0, 3) < density) map.set(row, column);
    const Count key_block = map.key_block();
    const Mask mask = flat_mask(layout, block_relation(std::move(map)));
    Tiling tiling = random.tiling(layout);
    if (random.coin()) tiling.key_tile = {key_block << random.from(0, 7)};
    const auto expected = brute_force::count_tiles(brute_force::pairs_of(mask), layout, tiling);
    require_equal(count_tiles(mask, tiling), expected.census);
    REQUIRE(visits_of(mask, tiling) == expected.tiles);
  }
}

TEST_CASE("published bounds of neighborhood attention come out of the census") {
  const auto bound = [](const Census& census) {
    return static_cast<double>(census.queries) * static_cast<double>(census.keys) /
           static_cast<double>(census.visited * census.query_tile_size * census.key_tile_size);
  };
  const auto census = [](const std::string& text, const std::string& layout, const std::string& q,
                         const std::string& k) { return count_tiles(mask_of(text, layout), tiling_of(q, k)); };
  CHECK(bound(census("gna,window=2048", "32768", "128", "128")) == Approx(15.1).margin(0.05));
  CHECK(bound(census("gna,window=80x80", "256x256", "16x8", "16x8")) == Approx(7.51).margin(0.005));
  CHECK(bound(census("gna,window=18x24x24", "30x48x80", "2x8x8", "2x8x8")) == Approx(5.44).margin(0.005));
  CHECK(bound(census("gna,window=80x80,stride=16x16", "256x256", "16x8", "16x8")) == Approx(10.24));
  CHECK(bound(census("gna,window=18x24x24,stride=16x8x8", "30x48x80", "2x8x8", "2x8x8")) ==
        Approx(11.11).margin(0.005));
  const Census worst = census("gna,window=80x80", "256x256", "16x16", "16x8");
  CHECK(static_cast<double>(worst.key_tiles) / static_cast<double>(worst.worst) == Approx(6.10).margin(0.005));
}

TEST_CASE("the smallest stride that makes a window fully block-sparse") {
  for (const char* query_tile : {"128", "256"}) {
    Count stride = 1;
    while (!count_tiles(mask_of(fmt::format("gna,window=2048,stride={}", stride), "32768"),
                        tiling_of(query_tile, "128"))
                .fully_block_sparse())
      ++stride;
    CHECK(stride == 256);
  }
}

TEST_CASE("a thousand columns and a window touch many tiles, and are gathered to few") {
  const std::string columns = fmt::format("{}", fmt::join(draw({3}, 1000, 131072), "/"));
  const Mask mask =
      mask_of(fmt::format("vertical-slash,columns={} | sliding,left=1023", columns), Layout{{131072}, {131072}});
  Tiling tiling = tiling_of("64", "64");
  const double all = 131072.0 * 131072.0;
  const Census census = count_tiles(mask, tiling);
  CHECK(all / static_cast<double>(census.pairs) == Approx(86.7).margin(0.05));
  CHECK(all / static_cast<double>(4096 * census.visited) == Approx(4.97).margin(0.005));
  tiling.key_tiles = KeyTiles::gathered;
  CHECK(all / static_cast<double>(4096 * count_tiles(mask, tiling).visited) == Approx(81.6).margin(0.05));
}

TEST_CASE("a gathered tile is full where all its pairs exist, also those of pages") {
  const Layout layout{{8}, {64}};
  const Mask mask = mask_of("vertical-slash,columns=3/17/18/40", layout);
  const auto count = [&](Count gather, const char* tile) {
    Tiling tiling = tiling_of("8", tile);
    tiling.key_tiles = KeyTiles::gathered;
    tiling.gather = gather;
    const Census census = count_tiles(mask, tiling);
    return std::vector{census.visited, census.full, census.fetched_keys, census.gathered_units};
  };
  CHECK(count(1, "4") == std::vector<Count>{1, 1, 4, 4});
  CHECK(count(1, "3") == std::vector<Count>{2, 2, 4, 4});
  CHECK(count(2, "4") == std::vector<Count>{2, 0, 8, 4});
  CHECK(count(16, "16") == std::vector<Count>{3, 0, 48, 3});
  CHECK(count(64, "64") == std::vector<Count>{1, 0, 64, 1});
}

TEST_CASE("a mask that was counted is counted anew under other tiles, and for other heads") {
  const Mask causal = mask_of("causal", "256");
  const Mask window = mask_of("gna,window=32", "256");
  const auto visited = [](const Mask& mask, const std::string& tile) {
    return count_tiles(mask, tiling_of(tile, tile)).visited;
  };
  for (int again = 0; again < 2; ++again) {
    CHECK(visited(causal, "64") == 10);
    CHECK(visited(causal, "64") == 10);
    CHECK(visited(window, "64") == 10);
    CHECK(visited(causal, "128") == 3);
    CHECK(visited(window, "128") == 4);
  }
  Tiling dynamic = tiling_of("64", "64");
  dynamic.key_tiles = KeyTiles::dynamic;
  CHECK(count_tiles(window, tiling_of("64", "64")).visited == 10);
  CHECK(count_tiles(window, dynamic).visited == 8);
}

TEST_CASE("tiles and masks that do not fit are refused") {
  CHECK_THROWS_WITH(
      count_tiles(mask_of("dense", "4x4"), tiling_of("4", "2x2")),
      "Q tile 4: expected 2 extents, one per dimension of the layout 4x4 (or flat tiles, which are runs "
      "of flattened tokens)");
  Tiling dynamic = tiling_of("4", "4");
  dynamic.key_tiles = KeyTiles::dynamic;
  CHECK_THROWS_WITH(map_tiles(mask_of("dense", "16"), dynamic),
                    "dynamic KV tiles have no common grid to draw; use static ones");
  dynamic.key_tiles = KeyTiles::gathered;
  CHECK_THROWS_WITH(map_tiles(mask_of("dense", "16"), dynamic),
                    "gathered KV tiles have no common grid to draw; use static ones");
  CHECK_THROWS_WITH(count_tiles(mask_of("gna,window=4,dilation=2", "16"), dynamic),
                    "gathered KV tiles of a dilated mask: its queries are tiled by dilation group, whose keys lie "
                    "apart; flat tiles gather them as they are laid out");
}

}  // namespace tilewright::test::TEST_FILE
