#include "einsum/taxonomy.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "tests/einsum/cascades.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("the page of the shipped cascades is the one that is made of them") {
  std::vector<Cascade> cascades;
  for (const std::string& name : list_configs("cascades")) {
    cascades.push_back(shipped(name));
    CHECK(cascades.back().name == name);
    INFO(name);
    CHECK(!cascades.back().source.empty());
  }
  // Not CHECK(a == b): it would print both pages.
  const bool same = read_file("docs/cascades.md") == taxonomy_page(cascades);
  INFO("renew it: tilewright generate cascades > docs/cascades.md");
  CHECK(same);
}

TEST_CASE("what a cascade is, in words") {
  const Cascade three = shipped("attention-3pass");
  CHECK(passes_text(three) == "M 3; B, E, F, H, P 1");
  CHECK(live_text(three) == "QK (M), SN (M)");
  CHECK(operations_text(three) == "B H M P times: E multiply_add; F multiply_add; add, subtract, divide, max, exp");
  const Cascade two = shipped("attention-2pass");
  CHECK(passes_text(two) == "M 2; B, E, F, H, P 1");
  CHECK(live_text(two) == "SLN (M), PLM (M1)");
  const Cascade one = shipped("attention-1pass");
  CHECK(passes_text(one) == "B, E, F, H, M, P 1");
  CHECK(live_text(one) == "nothing");
}

}  // namespace tilewright::test::TEST_FILE
