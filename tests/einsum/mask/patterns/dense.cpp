#include <catch2/catch.hpp>

#include "tests/einsum/mask/expand.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("dense has all pairs, as a product", "[mask]") {
  Random random(1);
  for (int i = 0; i < 200; ++i) {
    const Layout layout = random.layout(static_cast<std::size_t>(random.from(1, 3)), 7);
    const std::vector<Sees> all(layout.dimensions(), [](Count, Count) { return true; });
    REQUIRE(difference_by_dimension(mask_of("dense", layout), all) == "");
  }
  CHECK(difference(mask_of("dense", {{7}, {3}}), [](Count, Count) { return true; }) == "");
}

}  // namespace tilewright::test::TEST_FILE
