#include "report/export/exported_arch.hpp"

#include <catch2/catch.hpp>

#include "tests/report/export/exported.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::string error(const std::string& nest, Arch arch = exported_arch_sample()) {
  return Exported(product_cascade(), std::move(arch), mapping_text(nest), product_shapes).error();
}

/// RF below SRAM has 16 instances, W besides it 8; `mac` has 64 lanes.
Arch forked() {
  return arch_of(
      "  levels:\n"
      "    - {name: DRAM}\n"
      "    - {name: SRAM, parent: DRAM}\n"
      "    - {name: RF, parent: SRAM, instances: 16}\n"
      "    - {name: W, parent: SRAM, instances: 8}\n"
      "  units:\n"
      "    - {name: mac, lanes: 64, operations: {multiply_add: {cycles: 1}}}\n"
      "    - {name: vector, lanes: 8, operations: {exp: {cycles: 1}, max: {cycles: 1}}}\n");
}

}  // namespace

TEST_CASE("lanes take instances of the registers first, then of the unit") {
  const Exported exported(
      product_cascade(), forked(),
      mapping_text("[keep: {DRAM: [A, B, Z]}, for: [m: 8, n: N], spatial: [m: 8, k: 2], keep: {RF: [A]}, "
                   "spatial: [k: 4], for: [k: 2], {compute: Z, on: mac}]"),
      product_shapes);
  const SizedNest nest(exported.candidate());
  const ExportedArch arch = export_arch(nest, place_tiles(nest));
  REQUIRE(arch.units.size() == 1);
  CHECK(nest.arch.levels[arch.units[0].below].name == "RF");
  CHECK(arch.units[0].fanout == 4);
  CHECK(arch.fanout[nest.arch.level("RF")] == 16);
  std::string over;
  for (const std::string& name : arch.spread_over) over += name.empty() ? "" : name + " ";
  CHECK(over == "RF RF mac ");
}

TEST_CASE("Einsums with other costs are on units of other names") {
  const Cascade cascade = cascade_of(
      "  inputs: {A: [M]}\n"
      "  outputs: [X, Y]\n"
      "  einsums:\n"
      "    - X[m] = exp(A[m])\n"
      "    - Y[m] = exp(exp(A[m]))\n");
  const Exported exported(
      cascade, exported_arch_sample(),
      mapping_text(
          "[keep: {DRAM: [A, X, Y]}, for: [m: M], each: [[{compute: X, on: vector}], [{compute: Y, on: vector}]]]"),
      "  word_B: 2 B\n  shapes: {M: 64}\n");
  const std::string arch = to_accelforge(exported.candidate()).arch;
  CHECK(arch.find(
            "name: vector\n    spatial: [{name: lanes, fanout: 4}]\n    leak_power: 0\n    area: 0\n    actions:\n"
            "    - {name: compute, energy: 3e-12, throughput: 1000000000 / 2}\n") != std::string::npos);
  CHECK(
      arch.find(
          "name: vector_Y\n    spatial: [{name: lanes, fanout: 4}]\n    leak_power: 0\n    area: 0\n    actions:\n"
          "    - {name: compute, energy: 6e-12, throughput: 1000000000 / 4}\n") != std::string::npos);
  CHECK(exported.nest().find("{einsum: Y, component: vector_Y}") != std::string::npos);
}

TEST_CASE("levels beside each other are forks") {
  const Exported exported(
      scores_cascade(), forked(),
      mapping_text("[keep: {DRAM: [Q, K, V, O, S, X]}, for: [p: P], each: ["
                   "[for: [m: M / 8], spatial: [m: 8], keep: {W: [K]}, for: [e: E], {compute: S, on: mac}], "
                   "[for: [m: M / 8], spatial: [m: 8], keep: {RF: [S]}, {compute: X, on: vector}], "
                   "[for: [m: M / 8], spatial: [m: 8], keep: {W: [V]}, for: [f: F], {compute: O, on: mac}]]]"),
      scores_shapes);
  const std::string arch = to_accelforge(exported.candidate()).arch;
  const auto at = [&](const char* part) { return arch.find(part); };
  CHECK(at("  - !Fork\n    nodes:\n    - !Memory\n      name: RF\n") < at("    - !Compute\n      name: vector\n"));
  CHECK(at("    - !Compute\n      name: vector\n") < at("\n  - !Memory\n    name: W\n"));
  CHECK(at("\n  - !Memory\n    name: W\n") <
        at("\n  - !Compute\n    name: mac\n    spatial: [{name: lanes, fanout: 8}]\n"));
  CHECK(arch.ends_with("# SRAM is left out: the mapping keeps nothing there.\n"));
}

TEST_CASE("a unit has one path of levels") {
  CHECK(
      error(
          "[keep: {DRAM: [A, B, Z]}, for: [m: M, n: N / 8], spatial: [n: 8], keep: {RF: [A], W: [B]}, for: [k: K], "
          "{compute: Z, on: mac}]",
          forked()) ==
      "m.yaml:7:98: mapping.groups[0].nest[3].keep.W: cannot be exported: 'mac' takes tiles from RF and W, neither "
      "of which is above the other");
}

TEST_CASE("a tile above lanes is not spread over them") {
  CHECK(
      error(
          "[keep: {DRAM: [A, B, Z]}, for: [m: M], keep: {RF: [A]}, for: [n: N], spatial: [k: 16], {compute: Z, on: "
          "mac}]") ==
      "m.yaml:7:63: mapping.groups[0].nest[2].keep.RF: cannot be exported: 'A' is spread over instances of RF by "
      "lanes below it");
}

TEST_CASE("instances are equally many below each one of the level above") {
  CHECK(error("[keep: {DRAM: [A, B, Z]}, for: [m: M, n: N], keep: {L1: [A]}, for: [k: K], keep: {L0: [B]}, "
              "{compute: Z, "
              "on: mac}]",
              arch_of("  levels:\n"
                      "    - {name: DRAM}\n"
                      "    - {name: L1, parent: DRAM, instances: 4}\n"
                      "    - {name: L0, parent: L1, instances: 6}\n"
                      "  units:\n"
                      "    - {name: mac, lanes: 6, operations: {multiply_add: {cycles: 1}}}\n")) ==
        "a.yaml: arch.levels: cannot be exported: 6 instances of L0 are not equally many below each of 4 of L1");
}

}  // namespace tilewright::test::TEST_FILE
