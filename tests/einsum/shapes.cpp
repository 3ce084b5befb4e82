#include "einsum/shapes.hpp"

#include <catch2/catch.hpp>

#include "tests/einsum/cascades.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

/// A cascade over ranks E and M with M in parts.
Cascade tiled(const std::string& shapes = "M1: M / M0") {
  return parse("K: [E, M]", "Z", {"L[m1] = B[e,m1,m0]", "R[m1+1] = R[m1] + L[m1]", "Z = R[M1]"},
               "  shapes: {" + shapes +
                   "}\n  partitions: {M: [M1, M0]}\n  initial: {R: 0}\n  views: [\"B[e,m1,m0] = K[e,m]\"]\n");
}

std::string error(const std::map<std::string, double>& given, const std::string& shapes = "M1: M / M0") {
  return error_of([&] { (void)rank_shapes(tiled(shapes), given); });
}

}  // namespace

TEST_CASE("shapes follow from those given") {
  const Cascade c = tiled();
  const auto shapes = rank_shapes(c, {{"E", 4}, {"M", 12}, {"M0", 3}});
  REQUIRE(shapes.size() == c.ranks.size());
  CHECK(shapes[c.rank("M1")] == 4);
  CHECK(rank_shapes(c, {{"E", 4}, {"M", 12}, {"M0", 3}, {"M1", 4}}) == shapes);
}

TEST_CASE("shapes may use names that are no ranks, and each other in any order") {
  const Cascade c = tiled("M1: M / M0, M0: tile * 2");
  const auto shapes = rank_shapes(c, {{"E", 4}, {"M", 12}, {"tile", 3}});
  CHECK(shapes[c.rank("M0")] == 6);
  CHECK(shapes[c.rank("M1")] == 2);
}

TEST_CASE("footprints") {
  const Cascade c = tiled();
  const auto shapes = rank_shapes(c, {{"E", 4}, {"M", 12}, {"M0", 3}});
  CHECK(elements(c, c.tensors[c.tensor("K")], shapes) == 48);
  CHECK(elements(c, c.tensors[c.tensor("L")], shapes) == 4);
  CHECK(elements(c, c.tensors[c.tensor("R")], shapes) == 5);
  CHECK(elements(c, c.tensors[c.tensor("Z")], shapes) == 1);
}

TEST_CASE("footprints of attention") {
  const Cascade c = shipped("attention-1pass");
  const auto shapes = rank_shapes(c, {{"B", 2}, {"H", 3}, {"E", 4}, {"F", 5}, {"M", 12}, {"P", 7}, {"M0", 4}});
  CHECK(elements(c, c.tensors[c.tensor("Q")], shapes) == 2 * 3 * 4 * 7);
  CHECK(elements(c, c.tensors[c.tensor("BV")], shapes) == 2 * 3 * 5 * 12);
  CHECK(elements(c, c.tensors[c.tensor("QK")], shapes) == 2 * 3 * 12 * 7);
  CHECK(elements(c, c.tensors[c.tensor("RNV")], shapes) == 2 * 3 * 5 * 4 * 7);
}

TEST_CASE("missing shapes are refused") {
  CHECK(error({{"M", 12}, {"M0", 3}}) == "t.yaml:3:16: rank 'E' has no shape");
  CHECK(error({{"E", 4}, {"M", 12}}) ==
        "t.yaml:5:16: cascade.shapes.M1: rank 'M1' has no shape: it needs 'M0', which has none");
  CHECK(error({{"E", 4}, {"M", 12}}, "M1: M / M0, M0: M / M1") ==
        "t.yaml:5:16: cascade.shapes.M1: rank 'M1' has no shape: it needs 'M0', which has none");
  CHECK(error({{"E", 4}, {"M", 12}, {"tile", 4}}, "M1: M / M0, M0: tiel") ==
        "t.yaml:5:28: cascade.shapes.M0: unknown name 'tiel'; did you mean 'tile'?");
}

TEST_CASE("wrong shapes are refused") {
  CHECK(error({{"E", 0}, {"M", 12}, {"M0", 3}}) ==
        "t.yaml:3:16: rank 'E' has shape 0, not a positive integer below 2^53");
  CHECK(error({{"E", 4}, {"M", 12}, {"M0", 5}}) ==
        "t.yaml:5:16: cascade.shapes.M1: rank 'M1' has shape 2.4, not a positive integer below 2^53");
  CHECK(error({{"E", 9007199254740992.0}, {"M", 12}, {"M0", 3}}) ==
        "t.yaml:3:16: rank 'E' has shape 9007199254740992, not a positive integer below 2^53");
  CHECK(error({{"E", 4}, {"M", 12}, {"M0", 3}, {"M1", 5}}) ==
        "t.yaml:5:16: cascade.shapes.M1: rank 'M1' is given shape 5, but 'M / M0' is 4");
  CHECK(error({{"E", 4}, {"M", 12}, {"M0", 5}}, "M1: 'ceil_div(M, M0)'") ==
        "t.yaml:3:19: cascade.partitions.M: M1 * M0 is 15, but M is 12");
}

}  // namespace tilewright::test::TEST_FILE
