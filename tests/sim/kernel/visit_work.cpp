#include "sim/kernel/visit_work.hpp"

#include <catch2/catch.hpp>

#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

VisitWork work_of(const KernelText& text = {}) {
  return visit_work(small_kernel(text), one_pass(), small_gpu(), small_problem("dense", 64),
                    {16, 8, 32, 32, 2, 1, false});
}

}  // namespace

TEST_CASE("the work of a visit is what the cascade computes for one tile, counted by hand") {
  const VisitWork work = work_of();
  const double pairs = 16 * 8;
  const double rows = 16;
  CHECK(work.visit.matrix_cycles == Approx(pairs * (32 + 32) / 64));
  CHECK(work.visit.special_cycles == Approx((pairs + rows) / 4));
  // Pairs: max 2, subtract, add, half a convert of 2. Rows: max 2, subtract, multiply, add. Elements: rescaling.
  CHECK(work.visit.vector_cycles == Approx((pairs * 5 + rows * 5 + rows * 32) / 16));
  CHECK(work.tile.softmax_cycles() == 0);
  CHECK(work.mask_vector_cycles == Approx(pairs / 16));
}

TEST_CASE("each product takes the cycles of the longer word of its operands") {
  const auto products = [](const AttentionWords& words) {
    Attention problem = small_problem("dense", 64);
    problem.words = words;
    return visit_work(small_kernel(), one_pass(), small_gpu(), problem, {16, 8, 32, 32, 2, 1, false})
               .visit.matrix_cycles /
           (16 * 8 * 32 / 64);
  };
  AttentionWords words = AttentionWords::all(2);
  CHECK(products(words) == Approx(2));
  words.key_B = words.value_B = 1;
  CHECK(products(words) == Approx(2));
  words.query_B = 1;
  CHECK(products(words) == Approx(1.5));
  words.weight_B = 1;
  CHECK(products(words) == Approx(1));
  words.value_B = 2;
  CHECK(products(words) == Approx(1.5));
  CHECK(products(AttentionWords::all(1)) == Approx(1));
}

TEST_CASE("what is bound once per Q tile is no part of a visit") {
  const VisitWork work = work_of({.bind_division = "vector"});
  CHECK(work.tile.vector_cycles == Approx(16 * 32 * 4 / 16));
  CHECK(work.visit.vector_cycles == Approx(work_of().visit.vector_cycles));
}

TEST_CASE("an Einsum of some visits counts by its share, and polynomials relieve the exponentials") {
  const double all = work_of().visit.vector_cycles;
  const VisitWork lazy = work_of({.more = "    visits: {SPNV: 0.25}\n"});
  CHECK(all - lazy.visit.vector_cycles == Approx(0.75 * 16 * 32 / 16));
  const VisitWork mixed =
      work_of({.more = "    polynomial: {share: 0.5, on: vector, operations: {multiply: 3, add: 4}}\n"});
  CHECK(mixed.visit.special_cycles == Approx(work_of().visit.special_cycles / 2));
  CHECK(mixed.visit.vector_cycles == Approx(all + 0.5 * (16 * 8 + 16) * 7 / 16));
}

}  // namespace tilewright::test::TEST_FILE
