#include "einsum/mask/properties.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "einsum/mask/expression.hpp"
#include "tests/einsum/mask/brute_force.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Mask mask_of(const std::string& text, const Layout& layout) {
  return parse_mask(text).front().expression->make({layout, 0});
}

MaskProperties of(const std::string& text, Count queries = 64, Count keys = 64) {
  return properties_of(mask_of(text, {{queries}, {keys}}));
}

constexpr MaskProperties neither{};
constexpr MaskProperties causal{.causal = true};
constexpr MaskProperties window{.window = true};
constexpr MaskProperties causal_window{.causal = true, .window = true};

// By a look at every pair: positions that see each other, however far around, are one sequence.
MaskProperties counted(const Mask& mask) {
  const std::vector<char> pairs = brute_force::pairs_of(mask);
  const Extent extent = mask.layout.flattened();
  const auto exists = [&](Count query, Count key) {
    return pairs[static_cast<std::size_t>(query * extent.keys + key)] != 0;
  };
  std::vector<char> cut(static_cast<std::size_t>(extent.keys) + 1, 1);  // before a position: no pair crosses it
  for (Count at = 1; at <= extent.position(0); ++at) cut[static_cast<std::size_t>(at)] = 0;  // a cache is one
  bool none_after = true;
  bool one_run = true;
  for (Count query = 0; query < extent.queries; ++query) {
    Count runs = 0;
    for (Count key = 0; key < extent.keys; ++key) {
      if (!exists(query, key)) continue;
      none_after = none_after && key <= extent.position(query);
      runs += key == 0 || !exists(query, key - 1) ? 1 : 0;
      const auto [low, high] = std::minmax({key, extent.position(query)});
      for (Count at = low + 1; at <= high; ++at) cut[static_cast<std::size_t>(at)] = 0;
    }
    one_run = one_run && runs <= 1;
  }
  bool more = false;
  bool bounded = false;
  for (Count first = 0; first < extent.keys;) {
    Count last = first + 1;
    while (last < extent.keys && cut[static_cast<std::size_t>(last)] == 0) ++last;
    Count queries = 0;
    Count furthest = 0;
    for (Count query = 0; query < extent.queries; ++query) {
      const Count position = extent.position(query);
      if (position < first || position >= last) continue;
      ++queries;
      for (Count key = 0; key < extent.keys; ++key)
        if (exists(query, key)) furthest = std::max(furthest, std::abs(position - key));
    }
    more = more || queries > 1;
    bounded = bounded || (queries > 0 && furthest < last - first - 1);
    first = last;
  }
  return {.causal = none_after && more, .window = one_run && bounded};
}

}  // namespace

TEST_CASE("causal is what sees no key after its own, however it is written") {
  for (const char* text : {"causal", "causal & dense", "sliding,left=63,right=0", "gna,window=64,stride=8,causal=1",
                           "random-blocks,block=8,causal=1,share=0.9", "documents,lengths=40/24,causal=1",
                           "sink,sinks=2,window=9", "vertical-slash,columns=3,diagonals=0/7"})
    CHECK(of(text) == causal);
  for (const char* text : {"dense", "documents,lengths=40/24", "prefix,prefix=5", "blocked,window=8"})
    CHECK(of(text) == neither);
}

TEST_CASE("a window is one run of keys that leaves out some of its sequence") {
  CHECK(of("sliding,left=62,right=0") == causal_window);
  CHECK(of("sliding,left=3,right=4") == window);
  CHECK(of("gna,window=9,stride=4") == window);
  CHECK(of("documents,lengths=40/24,causal=1 & sliding,left=30") == causal_window);  // of the longer one
  CHECK(of("documents,lengths=40/24,causal=1 & sliding,left=39") == causal);
  CHECK(of("sliding,left=3,right=4 & !sliding,left=0,right=0") == neither);  // two runs
}

TEST_CASE("what decodes is of the sequence in its cache") {
  CHECK(of("causal", 1) == neither);
  CHECK(of("sliding,left=9", 1) == window);
  CHECK(of("sliding,left=63", 1) == neither);
  CHECK(of("causal", 4) == causal);
  CHECK(of("sliding,left=9", 4) == causal_window);
}

TEST_CASE("of several dimensions, all must be causal and the first be a window") {
  const Layout plane{{8, 8}, {8, 8}};
  CHECK(properties_of(mask_of("gna,window=3x8,causal=1x1", plane)) == causal_window);
  CHECK(properties_of(mask_of("gna,window=8x3,causal=1x1", plane)) == causal);
  CHECK(properties_of(mask_of("gna,window=3x3,causal=1x0", plane)) == window);
}

TEST_CASE("properties are those of all pairs, over random masks") {
  std::mt19937 random(7);
  const auto below = [&](Count limit) { return std::uniform_int_distribution<Count>(0, limit - 1)(random); };
  const auto part = [&]() -> std::string {
    switch (below(6)) {
      case 0:
        return "causal";
      case 1:
        return fmt::format("sliding,left={},right={}", below(20), below(3) * below(9));
      case 2:
        return fmt::format("blocked,window={}", 1 + below(10));
      case 3:
        return fmt::format("sliding,left={} >> {}/0", below(24), below(9));
      case 4:
        return "dense";
      default:
        return fmt::format("gna,window={},causal={}", 1 + below(10), below(2));
    }
  };
  for (int i = 0; i < 2000; ++i) {
    const Count keys = 10 + below(20);
    const Layout layout{{1 + below(keys)}, {keys}};
    const std::string text =
        below(2) == 0 ? part() : fmt::format("({}) {} ({})", part(), below(2) ? "&" : "|", part());
    const Mask mask = mask_of(text, layout);
    INFO(text << " over " << layout.queries[0] << " queries, " << keys << " keys");
    const MaskProperties properties = properties_of(mask);
    const MaskProperties expected = counted(mask);
    CHECK(properties.causal == expected.causal);
    CHECK(properties.window == expected.window);
  }
}

}  // namespace tilewright::test::TEST_FILE
