#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/einsum/mask/expand.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

struct Case {
  Count length;
  Count window;
  Count stride;
  Count dilation;
  bool causal;
};

Case some_case(Random& random, Count length) {
  Case of{length, random.from(1, length), 1, 1, random.coin()};
  if (random.coin()) of.dilation = random.from(1, length / of.window);
  if (random.coin()) of.stride = random.from(1, of.window);
  if (random.from(0, 9) == 0) of.stride = of.window;
  return of;
}

// Within a dilation group of so many tokens.
bool sees_in_group(const Case& of, Count tokens, Count q, Count k) {
  const Count w = of.window;
  const Count s = of.stride;
  if (of.causal) {
    const Count leader = std::min((q / s) * s + s - 1, tokens - 1);
    return k <= q && leader - k < w;
  }
  const Count left = w / 2;
  const Count right = w / 2 + (w % 2) - 1;
  const Count leader = std::min((q / s) * s + s / 2, tokens - 1);
  const Count centre = std::clamp(leader, left, tokens - 1 - right);
  return centre - left <= k && k <= centre + right;
}

Count tokens_in_group(const Case& of, Count group) {
  Count tokens = 0;
  for (Count i = 0; i < of.length; ++i) tokens += i % of.dilation == group ? 1 : 0;
  return tokens;
}

bool sees(const Case& of, Count q, Count k) {
  if (q % of.dilation != k % of.dilation) return false;
  return sees_in_group(of, tokens_in_group(of, q % of.dilation), q / of.dilation, k / of.dilation);
}

std::string text_of(const std::vector<Case>& cases) {
  Extents window;
  Extents stride;
  Extents dilation;
  Extents causal;
  for (const Case& of : cases) {
    window.push_back(of.window);
    stride.push_back(of.stride);
    dilation.push_back(of.dilation);
    causal.push_back(of.causal ? 1 : 0);
  }
  return fmt::format("gna,window={},stride={},dilation={},causal={}", to_text(window), to_text(stride),
                     to_text(dilation), to_text(causal));
}

void check_random_cases(std::size_t dimensions, Count most, int cases, unsigned seed) {
  Random random(seed);
  for (int i = 0; i < cases; ++i) {
    const Layout layout = random.layout(dimensions, most);
    std::vector<Case> of;
    std::vector<Sees> predicates;
    for (const Count length : layout.keys) {
      of.push_back(some_case(random, length));
      predicates.emplace_back([last = of.back()](Count q, Count k) { return sees(last, q, k); });
    }
    INFO(text_of(of) << " of " << to_text(layout.queries) << " by " << to_text(layout.keys));
    REQUIRE(difference_by_dimension(mask_of(text_of(of), layout), predicates) == "");
  }
}

}  // namespace

TEST_CASE("neighborhood of one dimension", "[mask]") { check_random_cases(1, 37, 6000, 1); }
TEST_CASE("neighborhood of two dimensions", "[mask]") { check_random_cases(2, 8, 1500, 2); }
TEST_CASE("neighborhood of three dimensions", "[mask]") { check_random_cases(3, 5, 500, 3); }

TEST_CASE("the dilation groups of a neighborhood are the interleaved tokens", "[mask]") {
  Random random(4);
  for (int i = 0; i < 3000; ++i) {
    const Layout layout = random.layout(1, 30);
    const Case of = some_case(random, layout.keys[0]);
    const Mask mask = mask_of(text_of({of}), layout);
    INFO(text_of({of}) << " of " << to_text(layout.queries) << " by " << to_text(layout.keys));
    if (of.dilation == 1) {
      REQUIRE(mask.axes[0].groups.empty());
      continue;
    }
    Count group = 0;
    Count queries = 0;
    for (const DilationGroup& each : mask.axes[0].groups) {
      for (Count time = 0; time < each.times; ++time, ++group) {
        const Extent extent = each.relation->extent();
        queries += extent.queries;
        REQUIRE(extent.keys == tokens_in_group(of, group));
        REQUIRE(difference(*each.relation, Pairs(extent, [&](Count q, Count k) {
                  return sees_in_group(of, extent.keys, extent.position(q), k);
                })) == "");
      }
    }
    REQUIRE(group == of.dilation);
    REQUIRE(queries == layout.queries[0]);
  }
}

TEST_CASE("neighborhood: arguments that make no sense", "[mask]") {
  const auto message = [](const std::string& text) { return message_of([&] { mask_of(text, same({8, 6})); }); };
  CHECK(message("gna,window=4x7") == "gna: window: 7 is more than the 6 keys of its dimension");
  CHECK(message("gna,window=4x4,stride=1x5") == "gna: stride: 5 is more than the window of its dimension, 4");
  CHECK(message("gna,window=4x4,dilation=2x2") ==
        "gna: dilation: 2 times the window, 4, is more than the 6 keys of its dimension");
  CHECK(message("gna,window=4x4,causal=1x2") == "gna: causal: expected 0 or 1 per dimension, got 1x2");
  CHECK(message("gna,window=4") == "gna: window: expected 2 numbers, one per dimension of the layout, got '4'");
}

}  // namespace tilewright::test::TEST_FILE
