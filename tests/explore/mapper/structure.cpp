#include "explore/mapper/structure.hpp"

#include <catch2/catch.hpp>

#include "tests/explore/mapper/random_cases.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

const RankId m = RankId::at(0);
const LevelId outer = LevelId::at(0);
const LevelId middle = LevelId::at(1);
const UnitId array = UnitId::at(0);
const UnitId vector = UnitId::at(1);

/// T, U and Z of three_steps() over M: its tensors are A, W, T, U, Z.
struct Steps {
  Random random{1};
  Arch arch = random_arch(random);
  Cascade cascade = three_steps();

  [[nodiscard]] TensorId tensor(const std::string& name) const { return cascade.tensor(name); }
  static EinsumPlan on(std::size_t einsum, UnitId unit) { return {EinsumId::at(einsum), unit, {}, {}, {}, {}}; }
  [[nodiscard]] GroupPlan first(LevelId of_a, double factor = 2) const {
    std::vector<PlannedKeep> keeps{{tensor("A"), outer, 0}, {tensor("T"), outer, 0}};
    if (of_a != outer) keeps.push_back({tensor("A"), of_a, 1});
    return {false, {{m, factor}}, keeps, {on(0, vector)}};
  }
  [[nodiscard]] GroupPlan rest(UnitId of_z, bool shared = false) const {
    GroupPlan group{true, {}, {{tensor("W"), outer, 0}}, {on(1, vector), on(2, of_z)}};
    if (shared) group.loops = {{m, 2}};
    return group;
  }
  [[nodiscard]] std::vector<std::string> between(const std::vector<GroupPlan>& plan,
                                                 const std::vector<GroupPlan>& other) const {
    return differences(plan, other, cascade, arch);
  }
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a structure has the innermost level of a tensor, and no sizes") {
  const Steps steps;
  const GroupStructure structure = structure_of(steps.first(middle), steps.arch);
  CHECK(structure.first == 0);
  CHECK(structure.last == 0);
  CHECK(structure.loops == std::vector{m});
  CHECK(std::ranges::count(structure.homes, std::pair(steps.tensor("A"), middle)) == 1);
  CHECK(std::ranges::count(structure.homes, std::pair(steps.tensor("T"), outer)) == 1);
  CHECK(structure == structure_of(steps.first(middle, 4), steps.arch));
}

TEST_CASE("what differs is said with the group that it is of") {
  const Steps steps;
  const std::vector<GroupPlan> plan{steps.first(outer), steps.rest(array)};
  CHECK(steps.between(plan, plan).empty());
  CHECK(steps.between(plan, {steps.first(middle), steps.rest(vector, true)}) ==
        Texts{"T: A in middle instead of outer", "U + Z: shared loops over M instead of no rank",
              "Z on vector instead of array"});
  const GroupPlan alone = steps.first(outer);
  GroupPlan all = steps.rest(vector);
  all.einsums.insert(all.einsums.begin(), Steps::on(0, vector));
  CHECK(steps.between(plan, {all}) ==
        Texts{"groups T + U + Z instead of T, U + Z", "Z on vector instead of array"});
  CHECK(steps.between({steps.first(middle)}, {alone}) == Texts{"A in outer instead of middle"});
}

}  // namespace tilewright::test::TEST_FILE
