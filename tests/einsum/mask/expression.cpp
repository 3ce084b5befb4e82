#include "einsum/mask/expression.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/einsum/mask/expand.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Pairs pairs_of(const std::string& text, const Extents& tokens = {12}) {
  return expand(*mask_of(text, same(tokens)).flattened());
}

bool same_pairs(const std::string& text, const std::string& other, const Extents& tokens = {12}) {
  return pairs_of(text, tokens).in == pairs_of(other, tokens).in;
}

std::string message(const std::string& text) {
  return message_of([&] { parse_mask(text); });
}

}  // namespace

TEST_CASE("operators are and, or, not", "[mask]") {
  const Pairs a = pairs_of("sliding,left=3,right=2");
  const Pairs b = pairs_of("blocked,window=4");
  const Pairs both = pairs_of("sliding,left=3,right=2 & blocked,window=4");
  const Pairs either = pairs_of("sliding,left=3,right=2|blocked,window=4");
  const Pairs neither = pairs_of("!sliding,left=3,right=2");
  for (Count q = 0; q < 12; ++q)
    for (Count k = 0; k < 12; ++k) {
      CHECK(both.has(q, k) == (a.has(q, k) && b.has(q, k)));
      CHECK(either.has(q, k) == (a.has(q, k) || b.has(q, k)));
      CHECK(neither.has(q, k) == !a.has(q, k));
    }
}

TEST_CASE("and binds closer than or, a shift closer than and, not closest", "[mask]") {
  const std::string a = "blocked,window=4";
  const std::string b = "sliding,left=2";
  const std::string c = "sliding,left=0,right=5";
  CHECK(same_pairs(a + " | " + b + " & " + c, a + " | (" + b + " & " + c + ")"));
  CHECK_FALSE(same_pairs(a + " | " + b + " & " + c, "(" + a + " | " + b + ") & " + c));
  CHECK(same_pairs(b + " & " + c + " | " + a, "(" + b + " & " + c + ") | " + a));
  CHECK(same_pairs(a + " & " + b + " >> 0/1", a + " & (" + b + " >> 0/1)"));
  CHECK_FALSE(same_pairs(a + " & " + b + " >> 0/1", "(" + a + " & " + b + ") >> 0/1"));
  CHECK(same_pairs("!" + a + " >> 0/1", "(!" + a + ") >> 0/1"));
  CHECK_FALSE(same_pairs("!" + a + " >> 0/1", "!(" + a + " >> 0/1)"));
  CHECK(same_pairs("!" + a + " & " + b, "(!" + a + ") & " + b));
  CHECK(same_pairs("!!" + a, a));
}

TEST_CASE("a shift moves queries and keys", "[mask]") {
  const Pairs of = pairs_of("blocked,window=4");
  const auto moved = [&](Count queries, Count keys) {
    return Pairs({12, 12}, [&](Count q, Count k) {
      const Count from_q = q - queries;
      const Count from_k = k - keys;
      return from_q >= 0 && from_q < 12 && from_k >= 0 && from_k < 12 && of.has(from_q, from_k);
    });
  };
  CHECK(pairs_of("blocked,window=4 >> 2").in == moved(2, 2).in);
  CHECK(pairs_of("blocked,window=4>>-3").in == moved(-3, -3).in);
  CHECK(pairs_of("blocked,window=4 >> 1/-2").in == moved(1, -2).in);
  CHECK(pairs_of("blocked,window=4 >> 1 >> 2").in == moved(3, 3).in);
  CHECK(same_pairs("(blocked,window=2x2) >> 1x1", "blocked,window=2x2 >> 1x1/1x1", {4, 6}));
}

TEST_CASE("patterns that place fewer queries in two ways are not combined", "[mask]") {
  const auto made = [](const std::string& text, const Layout& layout) {
    return message_of([&] { parse_mask(text).front().expression->make({layout, 0}); });
  };
  const Layout corner{{4, 4}, {8, 8}};
  CHECK(made("gna,window=4x4 & causal", corner) ==
        "'gna' and 'causal' cannot be combined over 4x4 queries of 8x8 keys: 'gna' has the queries at the end of "
        "each dimension, 'causal' at the end of the flattened tokens");
  CHECK(
      made("dense & !sliding,left=3 | (halo,block=2x2,halo=1x1 >> 1x1)", corner) ==
      "'halo' and 'sliding' cannot be combined over 4x4 queries of 8x8 keys: 'halo' has the queries at the end of "
      "each dimension, 'sliding' at the end of the flattened tokens");
  CHECK(made("gna,window=4x4 & blocked,window=2x2 & dense", corner) == "no error");
  CHECK(made("causal & strided,stride=4 | dense", corner) == "no error");
  CHECK(made("gna,window=4x4 & causal", {{8, 8}, {8, 8}}) == "no error");
}

TEST_CASE("spaces do not matter, and quotes keep them", "[mask]") {
  CHECK(same_pairs("  sliding , left = 2 ,right= 1  ", "sliding,left=2,right=1"));
  CHECK(same_pairs("sliding,left='2'", "sliding,left=2"));
  CHECK(message_of([] { mask_of("sliding,left='2 '", same({4})); }) ==
        "sliding: left: expected a whole number from 0 to 2147483648, got '2 '");
}

TEST_CASE("texts that are no mask are refused with their place", "[mask]") {
  CHECK(message("") == "mask '': character 1: expected a name");
  CHECK(message("causal &") == "mask 'causal &': character 9: expected a name");
  CHECK(message("(causal") == "mask '(causal': character 8: expected ')'");
  CHECK(message("causal)") == "mask 'causal)': character 7: expected an operator or the end, got ')'");
  CHECK(message("causal dense") ==
        "mask 'causal dense': character 8: expected an operator or the end, got 'dense'");
  CHECK(message("sliding,left") == "mask 'sliding,left': character 13: expected '=' after 'left'");
  CHECK(message("sliding,left=") == "mask 'sliding,left=': character 14: expected a value");
  CHECK(message("sliding,left=,right=1") ==
        "mask 'sliding,left=,right=1': character 14: expected a value, got ',right=1'");
  CHECK(message("sliding,left='1") == "mask 'sliding,left='1': character 15: expected a closing quote, got '1'");
  CHECK(message("4 causal") ==
        "mask '4 causal': character 3: expected '*' between a number of heads and their mask, got 'causal'");
  CHECK(message("0 * causal") == "mask '0 * causal': character 1: expected from 1 to 2^20 heads, got '0 * causal'");
  CHECK(message("causal >> 1.5") ==
        "shift: expected whole numbers from -2147483648 to 2^31 with x between them, as in 30x48x80, got '1.5'");
  CHECK(message(std::string(65, '!') + "causal").find("nested more than 64 levels deep") != std::string::npos);
  CHECK(message(std::string(40, '!') + "causal") == "no error");
  for (const char* one : {" & causal", " | dense", " >> 1"}) {
    std::string chain = "causal";
    for (int i = 0; i < 100'000; ++i) chain += one;
    CHECK(message(chain).find("more than 1000 operators") != std::string::npos);
  }
  CHECK(message("causl") == "no mask pattern 'causl'; did you mean 'causal'?");
}

TEST_CASE("a mixture is runs of heads", "[mask]") {
  const auto runs = parse_mask("4 * causal + 12*sliding,left=3 | blocked,window=4 +dense");
  REQUIRE(runs.size() == 3);
  CHECK(runs[0].heads == 4);
  CHECK(runs[1].heads == 12);
  CHECK(runs[2].heads == 1);
  CHECK(runs[0].text == "causal");
  CHECK(runs[1].text == "sliding,left=3 | blocked,window=4");
  CHECK(runs[2].text == "dense");
}

TEST_CASE("heads share out among the runs", "[mask]") {
  const auto masks = make_masks(parse_mask("1 * causal + 3 * dense"), same({8}), 8);
  REQUIRE(masks.size() == 2);
  CHECK(masks[0].heads == 2);
  CHECK(masks[1].heads == 6);
  CHECK(masks[0].first_head == 0);
  CHECK(masks[1].first_head == 2);
  CHECK(masks[1].text == "dense");
  CHECK(expand(*masks[0].mask.flattened()).in == pairs_of("causal", {8}).in);
  CHECK(message_of([] { make_masks(parse_mask("causal + 3 * dense"), same({8}), 6); }) ==
        "6 heads do not share out among the 4 that the mask names");
  CHECK(message_of([] { make_masks(parse_mask("causal + 3 * dense"), same({8}), 2); }) ==
        "2 heads do not share out among the 4 that the mask names");
}

TEST_CASE("heads that differ get masks of their own, by their number among all", "[mask]") {
  const auto masks =
      make_masks(parse_mask("2 * causal + 2 * (causal & !s2,block=2,shards=4,local=1)"), same({16}), 4);
  REQUIRE(masks.size() == 3);
  CHECK(masks[0].heads == 2);
  for (const int head : {2, 3}) {
    const HeadMask& mask = masks[static_cast<std::size_t>(head) - 1];
    CHECK(mask.heads == 1);
    CHECK(mask.first_head == head);
    const Mask expected = mask_of("causal & !s2,block=2,shards=4,local=1", same({16}), head);
    CHECK(expand(*mask.mask.flattened()).in == expand(*expected.flattened()).in);
  }
}

TEST_CASE("patterns say how many heads they are about, which share out among more", "[mask]") {
  CHECK(parse_mask("s2,block=4,shards=3,local=1").front().heads == 3);
  CHECK(parse_mask("!s2,block=4,shards=3,local=1 & s2,block=4,shards=2,local=1").front().heads == 6);
  CHECK(parse_mask("2 * s2,block=4,shards=3,local=1").front().heads == 2);
  const auto masks = make_masks(parse_mask("s2,block=4,shards=2,local=1"), same({32}), 6);
  REQUIRE(masks.size() == 6);
  for (const std::size_t head : {2U, 3U, 4U, 5U})
    CHECK(expand(*masks[head].mask.flattened()).in == expand(*masks[head % 2].mask.flattened()).in);
}

}  // namespace tilewright::test::TEST_FILE
