#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/einsum/mask/expand.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("halo: the query's block grown on each side", "[mask]") {
  Random random(6);
  for (int i = 0; i < 3000; ++i) {
    const Layout layout = i % 2 == 0 ? random.layout(1, 40) : random.layout(2, 8);
    Extents block;
    Extents halo;
    std::vector<Sees> predicates;
    for (const Count length : layout.keys) {
      const Count b = random.from(1, length);
      const Count h = random.from(0, length + 1);
      block.push_back(b);
      halo.push_back(h);
      predicates.emplace_back([b, h](Count q, Count k) { return q / b * b - h <= k && k < q / b * b + b + h; });
    }
    const std::string text = fmt::format("halo,block={},halo={}", to_text(block), to_text(halo));
    INFO(text << " of " << to_text(layout.queries) << " by " << to_text(layout.keys));
    REQUIRE(difference_by_dimension(mask_of(text, layout), predicates) == "");
  }
}

TEST_CASE("halo: arguments that make no sense", "[mask]") {
  CHECK(message_of([] {
          mask_of("halo,block=4x7,halo=1x1", same({8, 6}));
        }) == "halo: block: 7 is more than the 6 keys of its dimension");
  CHECK(message_of([] {
          mask_of("halo,block=4x4,halo=1", same({8, 6}));
        }) == "halo: halo: expected 2 numbers, one per dimension of the layout, got '1'");
}

}  // namespace tilewright::test::TEST_FILE
