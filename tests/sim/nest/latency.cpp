#include "sim/nest/latency.hpp"

#include <cmath>
#include <string>

#include <catch2/catch.hpp>

#include "sim/nest/estimator.hpp"
#include "tests/common/messages.hpp"
#include "tests/mappings/model.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

/// Three Einsums of 4 cycles a point over M = 8 points; U and W run on `array`, V on `vector`.
Model three(const std::string& schedule, const std::string& in_L2 = "", const std::string& loops = "for: [m: M]",
            const std::string& buffers = "2") {
  const Cascade cascade = cascade_of(
      "  inputs: {A: [M]}\n"
      "  outputs: [W]\n"
      "  einsums: [\"U[m] = exp(A[m])\", \"V[m] = exp(U[m])\", \"W[m] = exp(V[m])\"]\n");
  const std::string nest = "[keep: {DRAM: [A, W]}, " + loops + ", {keep: {L2: [U, V]}, buffers: " + buffers +
                           "}, {each: [[{compute: U, on: array}], "
                           "[{compute: V, on: vector}], [{compute: W, on: array}]]}]";
  return {cascade, small_arch(in_L2), mapping_text(nest, "", schedule), {{"M", 8}}};
}

Result result_of(const Model& model) {
  Result result;
  Estimator(model.cascade, model.arch, model.mapping, model.element_B).evaluate(model.given, result);
  return result;
}

double cycles(const std::string& schedule, const std::string& buffers = "2") {
  return result_of(three(schedule, "", "for: [m: M]", buffers)).groups.front().schedule_cycles;
}

PointCost softmax_cost(bool chained) {
  const Cascade cascade =
      cascade_of("  inputs: {A: [M], B: [M]}\n  outputs: [Z]\n  einsums: [\"Z[m] = exp(A[m] - B[m])\"]\n");
  const ComputeUnit unit{"u", 1, chained, {{"subtract", 1, 2e-12}, {"exp", 6, 7e-12}}};
  return point_cost(cascade, cascade.einsums[EinsumId::at(0)], unit, 2).value();
}

const Binding array_binds = UnitId::at(0);
const Binding L2_binds = LevelId::at(1);
const Binding schedule_binds{};

}  // namespace

TEST_CASE("lanes that hand a tile to each other wait where it is held once") {
  CHECK(cycles("pipelined") == 64);
  CHECK(cycles("pipelined", "1") == 96);
  CHECK(cycles("[{run: [[U], [V]]}, {run: [[W]]}]") == 64);
  CHECK(cycles("[{run: [[U], [V]]}, {run: [[W]]}]", "1") == 96);
  CHECK(cycles("[{run: [[U]]}, {run: [[V]]}, {run: [[W]]}]", "1") == 96);
}

TEST_CASE("a point costs the sum of its operations, on a chained unit the slowest") {
  CHECK(softmax_cost(false).cycles == 7);
  CHECK(softmax_cost(true).cycles == 6);
  CHECK(softmax_cost(false).energy_J == Approx(9e-12));
  CHECK(softmax_cost(true).energy_J == Approx(9e-12));
}

TEST_CASE("a unit without an operation of the Einsum has no cost for it") {
  const Cascade cascade = product_cascade();
  CHECK_FALSE(
      point_cost(cascade, cascade.einsums[EinsumId::at(0)], ComputeUnit{"u", 1, false, {{"add", 1, 0}}}, 2));
}

TEST_CASE("a point on shorter words costs what the unit takes for these") {
  const Cascade cascade = product_cascade();
  const ComputeUnit unit{"u", 1, false, {{"multiply_add", 1, 1e-12, {{1, 0.5}}}}};
  const auto cycles = [&](double word_B) {
    return point_cost(cascade, cascade.einsums[EinsumId::at(0)], unit, word_B)->cycles;
  };
  CHECK(cycles(2) == 1);
  CHECK(cycles(1) == 0.5);
}

TEST_CASE("an operation with unknown energy makes the energy unknown") {
  const Cascade cascade = product_cascade();
  const ComputeUnit unit{"u", 1, false, {{"multiply_add", 1, unknown}}};
  CHECK(std::isnan(point_cost(cascade, cascade.einsums[EinsumId::at(0)], unit, 2)->energy_J));
}

TEST_CASE("an Einsum takes its steps in time; lanes work at once") {
  const Model model(product_cascade(), small_arch(),
                    mapping_text("[keep: {DRAM: [A, B, Z]}, for: [m: 4, k: K], spatial: [m: 2, n: N], "
                                 "{compute: Z, on: vector}]"),
                    {{"M", 8}, {"K", 6}, {"N", 4}});
  const Result result = result_of(model);
  CHECK(result.einsum_points[EinsumId::at(0)] == 192);
  CHECK(result.einsum_cycles[EinsumId::at(0)] == 24);
  CHECK(result.einsum_lane_cycles[EinsumId::at(0)] == 192);
  CHECK(result.einsum_unit[EinsumId::at(0)] == UnitId::at(1));
}

TEST_CASE("a loop over a rank that an Einsum does not have does not repeat it") {
  const Model model(
      chain_cascade(), small_arch(),
      mapping_text("[keep: {DRAM: [A, B, C, U]}, for: [m: M, l: L], keep: {L2: [T]}, {each: [[for: "
                   "[n: N, k: K], {compute: T, on: array}], [for: [n: N], {compute: U, on: vector}]]}]"),
      {{"M", 8}, {"K", 6}, {"N", 4}, {"L", 2}});
  CHECK(result_of(model).einsum_cycles == ByEinsum<double>{192, 64});
}

TEST_CASE("steps run one after another, the longest lane of each counts") {
  CHECK(cycles("sequential") == 32 + 32 + 32);
  CHECK(cycles("pipelined") == 64);
  CHECK(cycles("[run: [[U], [V]], run: [[W]]]") == 32 + 32);
  CHECK(cycles("[run: [[U, W], [V]]]") == 64);
  CHECK(cycles("[run: [[U]], run: [[W], [V]]]") == 64);
}

TEST_CASE("nothing runs for bubble cycles") {
  CHECK(cycles("[run: [[U], [V]], bubble_cycles: 10 * M, run: [[W]]]") == 32 + 80 + 32);
  CHECK(cycles("[run: [[U], [V]], bubble_cycles: 0, run: [[W]]]") == 64);
  CHECK(cycles("[run: [[U], [V]], bubble_cycles: 0.5, run: [[W]]]") == 64.5);
}

TEST_CASE("bubble cycles without sense are refused") {
  CHECK(message_of([] { cycles("[run: [[U, W], [V]], bubble_cycles: 4 - M]"); }) ==
        "m.yaml:6:53: mapping.groups[0].schedule[1].bubble_cycles: bubble cycles must be finite and at least 0; '4 "
        "- M' is -4");
  CHECK(message_of([] { cycles("[run: [[U, W], [V]], bubble_cycles: M / 0]"); }) ==
        "m.yaml:6:53: mapping.groups[0].schedule[1].bubble_cycles: bubble cycles must be finite and at least 0; 'M "
        "/ 0' is inf");
}

TEST_CASE("a group takes as long as its schedule or its slowest level") {
  // U and V are written to and read from L2: 32 B
  CHECK(result_of(three("sequential", "bandwidth_B_per_s: 1 GB/s, ")).time_s == Approx(96e-9));
  const Result result = result_of(three("sequential", "bandwidth_B_per_s: 0.1 GB/s, "));
  CHECK(result.groups.front().level_time_s[LevelId::at(1)] == Approx(320e-9));
  CHECK(result.time_s == Approx(320e-9));
  CHECK(result.cycles == Approx(320));
}

TEST_CASE("what is busy nearly all of the time binds, by name") {
  CHECK(result_of(three("pipelined")).binding == array_binds);
  CHECK(result_of(three("sequential")).binding == schedule_binds);
  CHECK(result_of(three("[run: [[U, W], [V]], bubble_cycles: 0.6]")).binding == array_binds);
  CHECK(result_of(three("[run: [[U, W], [V]], bubble_cycles: 0.7]")).binding == schedule_binds);
  CHECK(result_of(three("sequential", "bandwidth_B_per_s: 0.1 GB/s, ")).binding == L2_binds);
  CHECK(result_of(three("pipelined", "bandwidth_B_per_s: 0.4 GB/s, ")).binding == L2_binds);
  CHECK(result_of(three("pipelined", "bandwidth_B_per_s: 1 GB/s, ")).binding == array_binds);
}

TEST_CASE("groups run one after another, and the longest binds") {
  const auto two = [](double K) {
    const Model model(
        chain_cascade(), small_arch(),
        mapping_text("[keep: {DRAM: [A, B, T]}, for: [m: M, n: N, k: K], {compute: T, on: array}]\n"
                     "    - name: h\n      schedule: sequential\n      nest: [keep: {DRAM: [T, C, U]}, "
                     "for: [m: M, n: N, l: L], {compute: U, on: vector}]"),
        {{"M", 8}, {"K", K}, {"N", 4}, {"L", 2}});
    return result_of(model);
  };
  CHECK(two(6).cycles == Approx(192 + 64));
  CHECK(two(6).groups[GroupId::at(1)].time_s == Approx(64e-9));
  CHECK(two(6).groups[GroupId::at(1)].unit_cycles == ByUnit<double>{0, 64});
  CHECK(two(6).binding == Binding(UnitId::at(0)));
  CHECK(two(1).binding == Binding(UnitId::at(1)));
}

}  // namespace tilewright::test::TEST_FILE
