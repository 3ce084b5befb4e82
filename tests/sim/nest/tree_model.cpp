#include "sim/nest/tree_model.hpp"

#include <catch2/catch.hpp>

#include "sim/nest/estimator.hpp"
#include "tests/common/messages.hpp"
#include "tests/sim/nest/random_mapping.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Model product_of(const std::string& nest, const std::string& in_L2 = "") {
  return {product_cascade(), small_arch(in_L2), mapping_text(nest), {{"M", 8}, {"K", 6}, {"N", 4}}};
}

}  // namespace

TEST_CASE("one model evaluates many trees, with nothing left of the trees before") {
  Random random(31);
  const Cascade cascade = small_attention();
  const CascadeFacts facts(cascade);
  const Model first = random_model(random, cascade, "bandwidth_B_per_s: 2 GB/s, ");
  TreeModel model({facts, first.arch, first.element_B});
  int compared = 0;
  for (int i = 0; i < 100; ++i) {
    Model other = random_model(random, cascade);
    other.arch = first.arch;
    Result expected;
    const std::string refusal = message_of([&] {
      Estimator(other.cascade, other.arch, other.mapping, other.element_B).evaluate(other.given, expected);
    });
    Totals totals;
    Misfit misfit = model.set(other.mapping.tree);
    if (!misfit) misfit = model.evaluate(other.frame, totals);
    INFO(refusal);
    REQUIRE((refusal == "no error") == !misfit);
    if (misfit) continue;
    ++compared;
    CHECK(totals.time_s == expected.time_s);
    CHECK(totals.groups.size() == expected.groups.size());
    CHECK(totals.einsum_cycles == expected.einsum_cycles);
    CHECK(totals.binding == expected.binding);
  }
  CHECK(compared > 50);
}

TEST_CASE("totals are the sums of what moved by level, tensor and Einsum") {
  Random random(32);
  for (int i = 0; i < 100; ++i) {
    const Model model = random_model(random, small_attention());
    Result result;
    Estimator estimator(model.cascade, model.arch, model.mapping, model.element_B);
    if (message_of([&] { estimator.evaluate(model.given, result); }) != "no error") continue;
    for (const LevelId l : model.arch.levels.ids()) {
      LevelBytes sum;
      for (const TensorId t : result.tensors)
        for (const EinsumId e : result.einsums) {
          sum.read_B += result.read_B[result.index(l, t, e)];
          sum.write_B += result.write_B[result.index(l, t, e)];
        }
      LevelBytes total;
      for (const GroupResult& group : result.groups) {
        total.read_B += group.level_bytes[l].read_B;
        total.write_B += group.level_bytes[l].write_B;
      }
      CHECK(total.read_B == Approx(sum.read_B));
      CHECK(total.write_B == Approx(sum.write_B));
    }
  }
}

TEST_CASE("a misfit is a value: which level and tensor, by how much") {
  const Model model =
      product_of("[keep: {DRAM: [A, B, Z], L2: [A, B]}, for: [m: M, n: N, k: K], {compute: Z, on: array}]",
                 "capacity_B: 40, ");
  const CascadeFacts facts(model.cascade);
  TreeModel tree({facts, model.arch, model.element_B});
  REQUIRE_FALSE(tree.set(model.mapping.tree));
  Totals totals;
  const Misfit misfit = tree.evaluate(model.frame, totals);
  CHECK(misfit.kind == Misfit::Kind::capacity);
  CHECK(misfit.level == model.arch.level("L2"));
  CHECK(misfit.tensor == model.cascade.tensor("A"));
  CHECK(misfit.excess_B() == 48 + 24 - 40);
  CHECK(to_text(misfit, model.cascade, model.arch, &tree.sized()) ==
        "does not fit 'L2': 72 B of 40 B, 32 B too many (A 48 B, B 24 B)");
}

TEST_CASE("a tree that binds an Einsum to a unit that cannot compute it does not fit") {
  Model model = product_of("[keep: {DRAM: [A, B, Z]}, for: [m: M, n: N, k: K], {compute: Z, on: array}]");
  model.arch.units.front().operations = {{"exp", 1, 0}};
  const CascadeFacts facts(model.cascade);
  TreeModel tree({facts, model.arch, model.element_B});
  const Misfit misfit = tree.set(model.mapping.tree);
  CHECK(misfit.kind == Misfit::Kind::cannot_compute);
  CHECK(to_text(misfit, model.cascade, model.arch) == "unit 'array' cannot do all operations of Z");
}

}  // namespace tilewright::test::TEST_FILE
