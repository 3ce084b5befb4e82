#include "einsum/mask/pattern.hpp"

#include <catch2/catch.hpp>

#include <set>

#include "tests/common/messages.hpp"
#include "tests/einsum/mask/expand.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("every pattern says what it is, and its example is a picture worth drawing", "[mask]") {
  std::set<std::string> names;
  for (const Pattern* each : patterns()) {
    INFO(each->name);
    CHECK(names.insert(each->name).second);
    CHECK(&pattern(each->name) == each);
    CHECK_FALSE(each->summary.empty());
    CHECK_FALSE(each->source.empty());
    for (const Parameter& parameter : each->parameters) {
      CHECK_FALSE(parameter.meaning.empty());
      CHECK((!parameter.required || parameter.standard.empty()));
    }
    if (each->example_layout.empty()) continue;
    const std::string text = each->example.empty() ? each->name : each->name + "," + each->example;
    const Pairs pairs = expand(*mask_of(text, same(parse_extents(each->example_layout, "layout"))).flattened());
    CHECK(pairs.extent.queries <= 400);
    const auto seen = std::ranges::count(pairs.in, 1);
    CHECK(seen >= pairs.extent.queries);
    CHECK((each->name == "dense" || seen < pairs.extent.queries * pairs.extent.keys * 2 / 3));
  }
}

TEST_CASE("patterns know their parameters", "[mask]") {
  const auto message = [](const std::string& text, const Layout& layout) {
    return message_of([&] { mask_of(text, layout); });
  };
  CHECK(message("slidin,left=3", same({8})) == "no mask pattern 'slidin'; did you mean 'sliding'?");
  CHECK(message("sliding,lef=3", same({8})) == "sliding: no parameter 'lef'; did you mean 'left'?");
  CHECK(message("dense,left=3", same({8})) == "dense: no parameter 'left'; it has none");
  CHECK(message("halo,block=3", same({8})) == "halo: halo: missing");
  CHECK(message("sliding,left=3,left=4", same({8})) == "sliding: left: given twice");
  CHECK(message("blocked,window=2x2", {{4, 9}, {4, 8}}) ==
        "blocked: defined for at most as many queries as keys, got 4x9 queries of 4x8 keys");
}

TEST_CASE("a decoding query is the last row of the mask", "[mask]") {
  for (const Pattern* each : patterns()) {
    if (each->example_layout.empty() || each->name == "documents") continue;  // whose queries are all tokens
    INFO(each->name);
    const std::string text = each->example.empty() ? each->name : each->name + "," + each->example;
    const Extents tokens = parse_extents(each->example_layout, "layout");
    const Pairs all = expand(*mask_of(text, same(tokens)).flattened());
    const Pairs one = expand(*mask_of(text, {Extents(tokens.size(), 1), tokens}).flattened());
    CHECK(std::equal(one.in.begin(), one.in.end(), all.in.end() - static_cast<std::ptrdiff_t>(one.in.size())));
  }
}

}  // namespace tilewright::test::TEST_FILE
