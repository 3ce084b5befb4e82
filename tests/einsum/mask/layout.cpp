#include "einsum/mask/layout.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("extents are read back as they are written", "[mask]") {
  CHECK(parse_extents("7", "window") == Extents{7});
  CHECK(parse_extents("30x48x80", "window") == Extents{30, 48, 80});
  CHECK(parse_extents("2147483648", "window") == Extents{most_tokens});
  CHECK(parse_extents("-3x0", "shift", -4) == Extents{-3, 0});
  CHECK(to_text({30, 48, 80}) == "30x48x80");
}

TEST_CASE("extents that are none are refused", "[mask]") {
  for (const char* text : {"", "x", "3x", "x3", "3xx4", "3x4.5", "3 x4", "0", "-1", "2147483649", "3X4", "1e3"}) {
    CHECK(message_of([&] { parse_extents(text, "gna: window"); }) ==
          std::string(
              "gna: window: expected whole numbers from 1 to 2^31 with x between them, as in 30x48x80, got '") +
              text + "'");
  }
  CHECK(message_of([] { parse_extents("1x1x1x1x1x1x1x1x1", "tokens"); }) ==
        "tokens: at most 8 dimensions, got '1x1x1x1x1x1x1x1x1'");
}

TEST_CASE("products that are too large are refused", "[mask]") {
  CHECK(tokens_of({1024, 1024, 2048}) == most_tokens);
  CHECK(message_of([] {
          tokens_of({1024, 1024, 2049});
        }) == "1024x1024x2049 are 2148532224 tokens; at most 2^31 can be counted");
  CHECK(checked_product(Count{1} << 31, Count{1} << 31) == Count{1} << 62);
  CHECK(message_of([] { checked_product(Count{1} << 32, Count{1} << 31); }) ==
        "4294967296 times 2147483648 is too large to count");
  CHECK(message_of([] { checked_product(3, Count{1} << 61); }) ==
        "3 times 2305843009213693952 is too large to count");
  CHECK(message_of([] {
          tokens_of({most_tokens, most_tokens, most_tokens});
        }) == "4611686018427387904 times 2147483648 is too large to count");
}

TEST_CASE("division upwards and downwards", "[mask]") {
  for (Count a = -20; a <= 20; ++a)
    for (Count b = 1; b <= 7; ++b) {
      CHECK((floor_div(a, b) * b <= a && a < (floor_div(a, b) + 1) * b));
      CHECK((ceil_div(a, b) * b >= a && a > (ceil_div(a, b) - 1) * b));
    }
}

}  // namespace tilewright::test::TEST_FILE
