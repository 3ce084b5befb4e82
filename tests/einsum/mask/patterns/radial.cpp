#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/einsum/mask/expand.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

struct Case {
  Count frames;
  Count tokens;
  Count text;
  Count block;
  double decay;
  bool sink;
  bool neighbours;
};

double power(int exponent) {
  double result = 1;
  for (; exponent > 0; --exponent) result *= 2;
  for (; exponent < 0; ++exponent) result /= 2;
  return result;
}

int bits(Count value) {
  int result = 0;
  for (; value > 0; value /= 2) ++result;
  return result;
}

bool sees(const Case& of, Count q, Count k) {
  const Count p = of.tokens;
  const Count video = of.frames * p;
  if (q >= video || k >= video) return true;
  const Count i = q / p;
  const Count j = k / p;
  const Count distance = i > j ? i - j : j - i;
  if (i == j || (of.neighbours && distance == 1) || (of.sink && j == 0)) return true;
  const double r = power(bits(p)) / power(bits(distance));
  const auto b = static_cast<double>(of.block);
  const bool kept = r >= b || distance % static_cast<Count>(b / r) == 0;
  const Count apart = q % p > k % p ? q % p - k % p : k % p - q % p;
  return kept && static_cast<double>(apart) <= std::max(of.decay * r, b);
}

}  // namespace

TEST_CASE("radial: bands between frames", "[mask]") {
  Random random(16);
  const double decays[] = {0, 0.25, 0.3, 0.5, 1, 1.7, 8};
  for (int i = 0; i < 4000; ++i) {
    const Case of{.frames = random.from(1, 12),
                  .tokens = random.from(1, i % 10 == 0 ? 33 : 9),
                  .text = random.from(0, 5),
                  .block = random.from(1, 9),
                  .decay = decays[random.from(0, 6)],
                  .sink = random.coin(),
                  .neighbours = random.coin()};
    Layout layout = same({of.frames * of.tokens + of.text});
    if (random.coin()) layout.queries[0] = random.from(1, layout.keys[0]);
    const std::string text =
        fmt::format("radial,frames={},tokens={},text={},block={},decay={},sink={},neighbours={}", of.frames,
                    of.tokens, of.text, of.block, of.decay, of.sink ? 1 : 0, of.neighbours ? 1 : 0);
    INFO(text << " of " << to_text(layout.queries) << " queries");
    REQUIRE(difference(mask_of(text, layout), [&](Count q, Count k) { return sees(of, q, k); }) == "");
  }
}

TEST_CASE("radial: the bands of the published block size, by hand", "[mask]") {
  // 2^bits(200) = 256: frames next to each other have r = 128 = b, those 2 apart r = 64 and floor(b / r) = 2, those
  // 3 apart are no multiple of it.
  const Pairs pairs = expand(*mask_of("radial,frames=5,tokens=200,sink=0", same({1000})).flattened());
  CHECK(pairs.has(200, 528));
  CHECK_FALSE(pairs.has(200, 529));
  CHECK(pairs.has(200, 728));
  CHECK_FALSE(pairs.has(200, 729));
  CHECK_FALSE(pairs.has(200, 800));
  CHECK(pairs.has(0, 800));
}

TEST_CASE("radial: a layout that is not the video's", "[mask]") {
  CHECK(message_of([] { mask_of("radial,frames=5,tokens=20,text=3", same({100})); }) ==
        "radial: frames: 5 frames of 20 tokens and 3 of text are 103 tokens, the layout has 100 keys");
}

}  // namespace tilewright::test::TEST_FILE
