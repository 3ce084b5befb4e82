#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/einsum/mask/expand.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("documents: block diagonal", "[mask]") {
  Random random(14);
  for (int i = 0; i < 3000; ++i) {
    std::vector<Count> lengths;
    std::vector<Count> document;  // of each token
    for (Count n = random.from(1, 8); n > 0; --n) {
      lengths.push_back(random.from(1, 9));
      document.insert(document.end(), static_cast<std::size_t>(lengths.back()), n);
    }
    const Layout layout = same({static_cast<Count>(document.size())});
    const bool causal = random.coin();
    const std::string text = fmt::format("documents,lengths={},causal={}", fmt::join(lengths, "/"), causal ? 1 : 0);
    INFO(text);
    REQUIRE(difference(mask_of(text, layout), [&](Count q, Count k) {
              return document[static_cast<std::size_t>(q)] == document[static_cast<std::size_t>(k)] &&
                     (!causal || k <= q);
            }) == "");
  }
}

TEST_CASE("documents: other queries than keys say not which document they are of", "[mask]") {
  const auto error = [](Count queries) {
    return message_of([&] {
      (void)parse_mask("documents,lengths=8/4").front().expression->make({{{queries}, {12}}});
    });
  };
  CHECK(error(12) == "no error");
  CHECK(error(1) ==
        "documents: lengths: 1 queries of 12 keys: which document is each of? State requests with their own "
        "queries and keys, as in --mask causal --requests 300x900,40x40, or 'requests' of a workload");
}

TEST_CASE("documents: lengths that are not the layout's", "[mask]") {
  const auto message = [](const std::string& text) { return message_of([&] { mask_of(text, same({12})); }); };
  CHECK(message("documents,lengths=4/7") == "documents: lengths: they sum to 11, the layout has 12 keys");
  CHECK(message("documents,lengths=''") == "documents: lengths: they sum to 0, the layout has 12 keys");
  CHECK(message("documents,lengths=12/0") ==
        "documents: lengths: expected whole numbers from 1 to 2147483648 with / between them, got '12/0'");
  CHECK(message("documents,lengths=12,causal=2") ==
        "documents: causal: expected a whole number from 0 to 1, got '2'");
}

}  // namespace tilewright::test::TEST_FILE
