// combine() against sets of pairs, on segments that overlap, cross, are empty, turned round, or lie outside.
#include <catch2/catch.hpp>

#include "tests/einsum/mask/expand.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::vector<Segment> some_segments(Random& random, Count most) {
  std::vector<Segment> segments;
  for (Count n = random.from(0, most); n > 0; --n) {
    const Count low = random.from(-15, 30);
    segments.push_back({{low, random.coin()}, {random.from(-3, 12) + low, random.coin()}});
  }
  return segments;
}

bool in_any(const std::vector<Segment>& segments, Count row, Count key) {
  return std::ranges::any_of(
      segments, [=](const Segment& each) { return each.low.row(row) <= key && key < each.high.row(row); });
}

bool wanted(bool a, bool b, Combination how) {
  if (how == Combination::either) return a || b;
  return how == Combination::both ? a && b : a && !b;
}

std::string text_of(const std::vector<Segment>& segments) {
  std::string text;
  for (const Segment& each : segments)
    text += fmt::format("[{}{}, {}{}) ", each.low.at, each.low.rises ? "+i" : "", each.high.at,
                        each.high.rises ? "+i" : "");
  return text;
}

}  // namespace

TEST_CASE("combined segments are the pairs of either, both, or the first only", "[mask]") {
  Random random(21);
  for (int i = 0; i < 20000; ++i) {
    const Extent extent{random.from(1, 14), random.from(1, 25)};
    const Count first = random.from(0, extent.queries - 1);
    const std::vector<Segment> a = some_segments(random, 4);
    const std::vector<Segment> b = some_segments(random, 3);
    for (const Combination how : {Combination::either, Combination::both, Combination::first_only}) {
      Bands bands;
      combine(first, extent.queries, extent.keys, a, b, how, bands);
      Pairs got(extent);
      INFO(extent.queries - first << " queries, " << extent.keys << " keys: " << text_of(a) << "and "
                                  << text_of(b));
      REQUIRE(add_bands(bands, first, extent.queries, got) == "");
      const Pairs expected(extent, [&](Count q, Count k) {
        return q >= first && wanted(in_any(a, q - first, k), in_any(b, q - first, k), how);
      });
      REQUIRE(got.in == expected.in);
    }
  }
}

TEST_CASE("combine cuts queries only where edges cross", "[mask]") {
  const std::vector<Segment> window{{{-100, true}, {1, true}}};
  Bands bands;
  combine(0, 1000000, 1000000, window, {}, Combination::either, bands);
  CHECK(bands.bands.size() <= 4);
}

}  // namespace tilewright::test::TEST_FILE
