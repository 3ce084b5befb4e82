#include "explore/mapper/decisions.hpp"

#include <catch2/catch.hpp>

#include "tests/explore/mapper/random_cases.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

/// A product of 4 x 4 x 4 with loops over M and K, A below M in the middle.
struct Product {
  Random random{1};
  Arch arch = random_arch(random);
  Cascade cascade = product();
  RankId m = cascade.rank("M");
  RankId k = cascade.rank("K");
  RankId n = cascade.rank("N");
  LevelId outer = LevelId::at(0);
  LevelId middle = LevelId::at(1);
  LevelId inner = LevelId::at(2);

  [[nodiscard]] Plan plan() const {
    const TensorId a = cascade.tensor("A");
    GroupPlan group{false, {{m, 2}, {k, 4}}, {}, {}, {}};
    for (const char* name : {"A", "W", "Z"}) group.keeps.push_back({cascade.tensor(name), outer, 0});
    group.keeps.push_back({a, middle, 1});
    group.einsums = {{EinsumId::at(0), UnitId::at(0), {{m, 2}, {n, 2}}, {{n, 2}}, {}, {}}};
    return {{}, {group}};
  }
  [[nodiscard]] std::vector<Decision> between(const Plan& a, const Plan& b) const {
    return decisions(a, b, ByRank<double>(cascade.ranks.size(), 4), cascade, arch);
  }
};

std::vector<std::string> texts(const std::vector<Decision>& all) {
  std::vector<std::string> result;
  for (const Decision& decision : all) result.push_back(decision.text);
  return result;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("equal mappings decide the same") {
  const Product product;
  CHECK(product.between(product.plan(), product.plan()).empty());
}

TEST_CASE("each decision that differs is one by itself, and steps cover what is left") {
  const Product product;
  Plan other = product.plan();
  GroupPlan& group = other.groups[0];
  group.loops = {{product.k, 4}, {product.m, 4}};
  group.keeps.back() = {product.cascade.tensor("A"), product.middle, 2};
  group.keeps.push_back({product.cascade.tensor("Z"), product.middle, 0});
  group.einsums[0].steps = {};
  group.einsums[0].lanes = {{product.n, 2}};
  group.einsums[0].unit = UnitId::at(1);
  group.einsums[0].kept = {{product.cascade.tensor("W"), product.inner, 0}};
  group.einsums[0].in_lane = {{product.n, 2}};
  const std::vector<Decision> all = product.between(product.plan(), other);
  CHECK(texts(all) == Texts{"shared loops [K: 4, M: 4] instead of [M: 2, K: 4]",
                            "A in middle below K, M instead of middle below M", "Z in middle instead of outer",
                            "Z on vector instead of array", "lanes of Z keep W over [N: 2] instead of nothing"});
  REQUIRE(all[0].changed);
  CHECK(all[0].changed->groups[0].einsums[0].steps.size() == 1);  // of M nothing is left
  CHECK(all[0].changed->groups[0].keeps.back().below == 1);
  REQUIRE(all[4].changed);
  CHECK(all[4].changed->groups[0].einsums[0].steps.size() == 1);  // of N nothing
  CHECK(all[4].changed->groups[0].loops.size() == 2);
}

TEST_CASE("a decision whose sizes do not go with the others is none by itself") {
  const Product product;
  Plan other = product.plan();
  other.groups[0].loops = {{product.m, 2}};
  other.groups[0].einsums[0].steps = {};
  other.groups[0].einsums[0].lanes = {{product.m, 2}, {product.n, 4}, {product.k, 4}};
  const std::vector<Decision> all = product.between(product.plan(), other);
  REQUIRE(all.size() == 2);
  CHECK(all[0].changed);
  CHECK(all[1].text == "lanes of Z [M: 2, N: 4, K: 4] instead of [N: 2]");
  CHECK_FALSE(all[1].changed);
}

TEST_CASE("steps that cut off a tile of a rank stay where its other loops do") {
  const Product product;
  Plan plan = product.plan();
  plan.groups[0].einsums[0].steps = {{product.m, 3}, {product.n, 2}};  // of 4 in two blocks
  Plan other = plan;
  other.groups[0].keeps.back() = {product.cascade.tensor("A"), product.middle, 2};
  other.groups[0].einsums[0].lanes = {{product.n, 4}};
  other.groups[0].einsums[0].steps = {{product.m, 3}};
  const std::vector<Decision> all = product.between(plan, other);
  CHECK(texts(all) ==
        Texts{"A in middle below M, K instead of middle below M", "lanes of Z [N: 4] instead of [N: 2]"});
  for (const Decision& each : all) {
    REQUIRE(each.changed);
    CHECK(each.changed->groups[0].einsums[0].steps.front().factor == 3);
  }
}

TEST_CASE("the order of steps is of ranks that both have") {
  const Product product;
  Plan other = product.plan();
  other.groups[0].einsums[0].steps = {{product.n, 2}, {product.m, 2}};
  const std::vector<Decision> all = product.between(product.plan(), other);
  CHECK(texts(all) == Texts{"steps of Z in order N, M instead of M, N"});
  CHECK(all[0].changed->groups[0].einsums[0].steps.front().rank == product.n);
}

}  // namespace tilewright::test::TEST_FILE
