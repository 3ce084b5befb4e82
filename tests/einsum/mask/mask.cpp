#include "einsum/mask/mask.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/einsum/mask/relations.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Mask some_product(Random& random, const Layout& layout) {
  std::vector<Axis> axes;
  for (std::size_t d = 0; d < layout.dimensions(); ++d)
    axes.push_back({some_relation(random, layout.axis(d)).relation});
  return product_mask(layout, std::move(axes));
}

Pairs expand(const Mask& mask) { return test::expand(*mask.flattened()); }

}  // namespace

TEST_CASE("masks combined are sets combined, and the intersection of products stays a product", "[mask]") {
  Random random(27);
  for (int i = 0; i < 800; ++i) {
    const Layout layout = random.layout(2, 5);
    const Mask a = some_product(random, layout);
    const Mask b = random.coin() ? some_product(random, layout)
                                 : flat_mask(layout, some_relation(random, layout.flattened()).relation);
    const Pairs in_a = expand(a);
    const Pairs in_b = expand(b);
    const Mask both = combined(a, b, Combination::both);
    REQUIRE(both.is_product() == b.is_product());
    REQUIRE_FALSE(combined(a, b, Combination::either).is_product());
    for (Count q = 0; q < layout.flattened().queries; ++q)
      for (Count k = 0; k < layout.flattened().keys; ++k) {
        REQUIRE(expand(both).has(q, k) == (in_a.has(q, k) && in_b.has(q, k)));
        REQUIRE(expand(combined(a, b, Combination::either)).has(q, k) == (in_a.has(q, k) || in_b.has(q, k)));
        REQUIRE(expand(negated(a)).has(q, k) == !in_a.has(q, k));
      }
  }
}

TEST_CASE("a mask over flattened tokens of one dimension counts as a product", "[mask]") {
  CHECK(flat_mask(same({4}), all_pairs({4, 4})).is_product());
  CHECK_FALSE(flat_mask(same({2, 2}), all_pairs({4, 4})).is_product());
}

TEST_CASE("a product is shifted by dimension, without wrapping into the next line", "[mask]") {
  const Layout layout = same({3, 4});
  std::vector<Axis> axes{{all_pairs({3, 3})}, {all_pairs({4, 4})}};
  const Mask moved = shifted(product_mask(layout, std::move(axes)), {1, 0}, {0, 3});
  const Pairs expected({12, 12}, [](Count q, Count k) { return q / 4 >= 1 && k % 4 == 3; });
  CHECK(difference(*moved.flattened(), expected) == "");
  CHECK(moved.is_product());
}

TEST_CASE("masks that do not belong together", "[mask]") {
  const Mask plane = flat_mask(same({3, 4}), all_pairs({12, 12}));
  const Mask line = flat_mask(same({12}), all_pairs({12, 12}));
  CHECK(message_of([&] { combined(plane, line, Combination::both); }) ==
        "masks over 3x4 and 12 tokens cannot be combined");
  CHECK(message_of([&] {
          shifted(plane, {1}, {1, 2, 3});
        }) == "a shift of this mask has 1 number, one per dimension it is a product of; got 1x2x3");
  CHECK(message_of([&] {
          shifted(plane, {1, 2}, {1, 2});
        }) == "a shift of this mask has 1 number, one per dimension it is a product of; got 1x2");
}

}  // namespace tilewright::test::TEST_FILE
