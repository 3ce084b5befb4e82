#include "einsum/mask/usage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "einsum/mask/expression.hpp"
#include "tests/einsum/mask/brute_force.hpp"
#include "tests/einsum/mask/mixture.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Mask mask_of(const std::string& text, const Layout& layout) {
  return parse_mask(text).front().expression->make({layout, 0});
}

// By a look at every pair.
Usage counted(const Mask& mask) {
  const std::vector<char> pairs = brute_force::pairs_of(mask);
  const Extent extent = mask.layout.flattened();
  Usage usage;
  std::vector<char> seen(static_cast<std::size_t>(extent.keys), 0);
  for (Count query = 0; query < extent.queries; ++query) {
    bool sees = false;
    for (Count key = 0; key < extent.keys; ++key) {
      if (pairs[static_cast<std::size_t>(query * extent.keys + key)] == 0) continue;
      ++usage.pairs;
      sees = true;
      seen[static_cast<std::size_t>(key)] = 1;
    }
    usage.queries += sees ? 1 : 0;
  }
  usage.keys = std::ranges::count(seen, 1);
  return usage;
}

void compare(const std::string& text, const Layout& layout) {
  const Mask mask = mask_of(text, layout);
  INFO(text << " over " << to_text(layout.queries) << " queries, " << to_text(layout.keys) << " keys");
  const Usage usage = usage_of(mask);
  const Usage expected = counted(mask);
  CHECK(usage.pairs == expected.pairs);
  CHECK(usage.queries == expected.queries);
  CHECK(usage.keys == expected.keys);
}

}  // namespace

TEST_CASE("usage is that of all pairs, where only some keys and queries are used") {
  const Layout square{{24}, {24}};
  for (const char* text :
       {"dense", "!dense", "causal", "!causal", "sliding,left=3,right=2", "gna,window=5,dilation=4",
        "sliding,left=2 >> 7/0", "sliding,left=0 >> 0/-9", "!(causal | sliding,left=0,right=20)"})
    compare(text, square);
  for (const char* text : {"dense", "causal", "sliding,left=3", "gna,window=5", "gna,window=2,dilation=9,causal=1"})
    compare(text, {{3}, {24}});
}

TEST_CASE("usage of random products and of what is combined of them is that of all pairs") {
  std::mt19937 generator(5);
  const auto from = [&](Count least, Count most) {
    return std::uniform_int_distribution<Count>(least, most)(generator);
  };
  int compared = 0;
  for (int i = 0; i < 300; ++i) {
    Layout layout;
    Extents window;
    Extents dilation;
    Extents causal;
    for (Count d = from(1, 3); d > 0; --d) {
      layout.keys.push_back(from(1, 7));
      layout.queries.push_back(from(1, layout.keys.back()));
      dilation.push_back(from(1, layout.keys.back()));
      window.push_back(from(1, layout.keys.back() / dilation.back()));
      causal.push_back(from(0, 1));
    }
    const std::string product =
        fmt::format("gna,window={},dilation={},causal={}", to_text(window), to_text(dilation), to_text(causal));
    compare(product, layout);
    compare("!" + product, layout);
    const std::string both = fmt::format("{} & !sliding,left={},right={}", product, from(0, 20), from(0, 20));
    if (is_mixture(both, layout)) continue;
    compare(both, layout);
    ++compared;
  }
  CHECK(compared > 100);
}

TEST_CASE("usage of more queries than are looked at together") {
  const Layout layout{{10000}, {10000}};
  const Usage usage = usage_of(mask_of("sliding,left=9", layout));
  CHECK(usage.pairs == 10 * 10000 - 45);
  CHECK(usage.queries == 10000);
  CHECK(usage.keys == 10000);
  CHECK(usage_of(mask_of("sliding,left=9 >> 5000/0", layout)).queries == 5000);
  CHECK(usage_of(mask_of("sliding,left=9 >> 5000/0", layout)).keys == 5000);
}

TEST_CASE("keys that heads share are those that any of their masks needs") {
  const Layout plane{{4, 6}, {4, 6}};
  for (const std::vector<std::string>& texts :
       {std::vector<std::string>{"gna,window=1x1 >> 0x2", "gna,window=1x1 >> 2x0"},
        {"gna,window=1x1 >> 0x0/1x3", "sliding,left=1 >> 0/9", "!dense"},
        {"dense", "gna,window=1x1 >> 3x3"},
        {"gna,window=3x3 >> 2x2"}}) {
    std::vector<Mask> masks;
    for (const std::string& text : texts) masks.push_back(mask_of(text, plane));
    std::vector<const Mask*> all;
    std::vector<char> seen(24, 0);
    for (const Mask& mask : masks) {
      all.push_back(&mask);
      const std::vector<char> pairs = brute_force::pairs_of(mask);
      for (std::size_t pair = 0; pair < pairs.size(); ++pair)
        if (pairs[pair] != 0) seen[pair % 24] = 1;
    }
    INFO(texts.front());
    CHECK(keys_of_any(all) == std::ranges::count(seen, 1));
  }
}

}  // namespace tilewright::test::TEST_FILE
