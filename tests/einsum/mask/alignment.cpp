#include "einsum/mask/alignment.hpp"

#include <catch2/catch.hpp>

namespace tilewright::test::TEST_FILE {

// The position of every query, in both ways.
TEST_CASE("queries have one alignment where they are the last in both ways") {
  for (const Extents& keys : {Extents{3, 2, 3}, Extents{1, 3, 2}, Extents{4, 1, 2}})
    for (Count a = 1; a <= keys[0]; ++a)
      for (Count b = 1; b <= keys[1]; ++b)
        for (Count c = 1; c <= keys[2]; ++c) {
          const Layout layout{{a, b, c}, keys};
          bool same = true;
          for (Count q = 0; q < a * b * c; ++q) {
            const Count i = q / (b * c) + keys[0] - a;
            const Count j = q / c % b + keys[1] - b;
            const Count k = q % c + keys[2] - c;
            same &= (i * keys[1] + j) * keys[2] + k == layout.flattened().position(q);
          }
          INFO(to_text(layout.queries) << " of " << to_text(keys));
          CHECK(has_one_alignment(layout) == same);
        }
}

TEST_CASE("patterns of several dimensions, as their examples are, have queries at the end of each") {
  for (const Pattern* each : patterns()) {
    INFO(each->name);
    const bool several = each->example_layout.find('x') != std::string::npos;
    CHECK((alignment_of(*each) == Alignment::by_dimension) == several);
  }
  for (const char* name : {"dense", "file", "bsr"}) CHECK(alignment_of(pattern(name)) == Alignment::none);
  CHECK(alignment_of(pattern("causal")) == Alignment::flattened);
}

}  // namespace tilewright::test::TEST_FILE
