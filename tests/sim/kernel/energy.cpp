#include "sim/kernel/energy.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <utility>

#include "sim/kernel/cycle/simulate.hpp"
#include "sim/kernel/estimate.hpp"
#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// The small machine with energies of all that its kernel does.
Arch powered(double static_W = 0) {
  Arch arch = small_gpu();
  for (ComputeUnit& unit : arch.units)
    for (OperationCost& cost : unit.operations) cost.energy_J = 1e-12;
  for (Level& level : arch.levels) level.read_J = level.write_J = 1e-10;
  arch.static_W = static_W;
  return arch;
}

// Only products and bytes of the outermost memory take energy.
Arch counted(double static_W = 0) {
  Arch arch = powered(static_W);
  for (ComputeUnit& unit : arch.units)
    for (OperationCost& cost : unit.operations) cost.energy_J = cost.kind == "multiply_add" ? 2e-12 : 0;
  for (Level& level : arch.levels) level.read_J = level.write_J = level.parent ? 0 : 64e-12;
  return arch;
}

PreparedKernel prepared_on(const Arch& arch, Count tokens = 512) {
  const Cascade cascade = one_pass();
  const Kernel kernel = parse_kernel(Yaml::parse(KernelText{}.str(), "k.yaml"), cascade, arch, attention_roles());
  return prepare(kernel, cascade, arch, small_problem("dense", tokens, 4));
}

constexpr double multiply_adds = 2.0 * 512 * 512 * 32 * 4;

}  // namespace

TEST_CASE("energies are those of the operations and bytes that are counted") {
  const PreparedKernel prepared = prepared_on(counted(3));
  const KernelResult result = estimate(prepared, {});
  const UnitId matrix = UnitId::at(0);
  CHECK(result.unit_energy_J[matrix] == Approx(multiply_adds * 2e-12));
  CHECK(result.unit_energy_J[UnitId::at(1)] == 0);
  CHECK(result.level_energy_J.front() ==
        Approx((result.level_read_B.front() + result.level_write_B.front()) / 64 * 64e-12));
  CHECK(result.static_energy_J == Approx(3 * result.time_s));
  CHECK(result.energy_J ==
        Approx(result.unit_energy_J[matrix] + result.level_energy_J.front() + 3 * result.time_s));
}

TEST_CASE("every operation has its energy, and none is known where one is not") {
  Arch arch = powered();
  const double all_J = estimate(prepared_on(arch), {}).energy_J;
  for (const UnitId u : arch.units.ids())
    for (OperationCost& cost : arch.units[u].operations) {
      if (cost.kind == "divide") continue;  // free in this kernel
      const double energy_J = std::exchange(cost.energy_J, unknown);
      CHECK(std::isnan(estimate(prepared_on(arch), {}).energy_J));
      cost.energy_J = energy_J * 2;
      CHECK(estimate(prepared_on(arch), {}).energy_J > all_J);
      cost.energy_J = energy_J;
    }
  arch.levels[LevelId::at(3)].read_J = unknown;  // of which the model counts no bytes
  CHECK(estimate(prepared_on(arch), {}).energy_J == all_J);
}

TEST_CASE("a slower clock changes only what is drawn for as long as a call takes") {
  const PreparedKernel prepared = prepared_on(counted(3));
  KernelParameters half;
  half.clock_Hz = 0.5e9;
  const KernelResult full = estimate(prepared, {});
  const KernelResult slow = estimate(prepared, half);
  REQUIRE(slow.time_s > full.time_s);
  CHECK(slow.energy_J - slow.static_energy_J == Approx(full.energy_J - full.static_energy_J));
  CHECK(slow.static_energy_J == Approx(3 * slow.time_s));
}

TEST_CASE("words of each length have their own energy") {
  Arch arch = counted();
  OperationCost& cost = arch.units[UnitId::at(0)].operations.front();
  REQUIRE(cost.kind == "multiply_add");
  cost.energy_by_word = {{1, 7e-12}};
  CHECK(estimate(prepared_on(arch), {}).unit_energy_J.front() == Approx(multiply_adds * 2e-12));
  cost.energy_by_word = {{1, 7e-12}, {2, 3e-12}};
  CHECK(estimate(prepared_on(arch), {}).unit_energy_J.front() == Approx(multiply_adds * 3e-12));
}

TEST_CASE("a simulation counts the same operations and its own time") {
  const PreparedKernel prepared = prepared_on(counted(3));
  const KernelResult estimated = estimate(prepared, {});
  const KernelResult simulated = simulate(prepared, {});
  CHECK(simulated.unit_energy_J.front() == Approx(estimated.unit_energy_J.front()));
  CHECK(simulated.static_energy_J == Approx(3 * simulated.time_s));
}

}  // namespace tilewright::test::TEST_FILE
