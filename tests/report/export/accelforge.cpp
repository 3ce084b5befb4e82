#include "report/export/accelforge.hpp"

#include <catch2/catch.hpp>

#include "tests/report/export/exported.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

const std::string product_nest =
    "[keep: {DRAM: [A, B, Z]}, for: [m: M / 4], keep: {SRAM: [A]}, for: [n: N / 4], spatial: [m: 4, n: 4], "
    "keep: {RF: [Z]}, for: [k: K], {compute: Z, on: mac}]";

const std::string fused_nest =
    "[keep: {DRAM: [Q, K, V, O]}, for: [p: P / 4], {keep: {SRAM: [S, X]}, buffers: 2}, "
    "each: ["
    "[for: [m: M / 16, e: E], spatial: [m: 16], {keep: {RF: [K]}, turns: true}, for: [p: 4], {compute: S, on: "
    "mac}], "
    "[for: [p: 4, m: M / 4], spatial: [m: 4], {compute: X, on: vector}], "
    "[for: [m: M / 4], spatial: [p: 4, m: 4], for: [f: F], {compute: O, on: mac}]]]";

}  // namespace

TEST_CASE("a product in the notation of AccelForge") {
  const Exported exported(product_cascade(), exported_arch_sample(), mapping_text(product_nest),
                          product_shapes + "  words_B: {Z: 4}\n");
  const AccelForgeFiles files = to_accelforge(exported.candidate());
  CHECK(files.notes.empty());
  CHECK(files.workload ==
        "workload:\n"
        "  rank_sizes: {M: 64, K: 16, N: 32}\n"
        "  bits_per_value: {A: 16, B: 16, Z: 32}\n"
        "  einsums:\n"
        "  - \"Z[m,n] = A[m,k] * B[k,n]\"\n");
  CHECK(files.arch ==
        "arch:\n"
        "  nodes:\n"
        "  - !Memory\n"
        "    name: DRAM\n"
        "    leak_power: 0\n"
        "    area: 0\n"
        "    size: inf\n"
        "    actions:\n"
        "    - {name: read, energy: 6.4e-11 / 64, throughput: 8 * 8000000000}\n"
        "    - {name: write, energy: 1.28e-10 / 64, throughput: 8 * 8000000000}\n"
        "  - !Memory\n"
        "    name: SRAM\n"
        "    leak_power: 0\n"
        "    area: 0\n"
        "    size: 8 * 65536\n"
        "    actions:\n"
        "    - {name: read, energy: 4e-12 / 32, throughput: inf}\n"
        "    - {name: write, energy: 8e-12 / 32, throughput: inf}\n"
        "  - !Memory\n"
        "    name: RF\n"
        "    spatial: [{name: lanes, fanout: 16}]\n"
        "    leak_power: 0\n"
        "    area: 0\n"
        "    size: 8 * 64\n"
        "    actions:\n"
        "    - {name: read, energy: 5e-13 / 16, throughput: 8 * 64000000000 / 16}\n"
        "    - {name: write, energy: 2.5e-13 / 16, throughput: 8 * 64000000000 / 16}\n"
        "  - !Compute\n"
        "    name: mac\n"
        "    leak_power: 0\n"
        "    area: 0\n"
        "    actions:\n"
        "    - {name: compute, energy: 1e-12, throughput: 1000000000}\n");
  CHECK(files.mapping ==
        "mapping:\n"
        "  nodes:\n"
        "  - !Storage {tensors: [A, B, Z], component: DRAM}\n"
        "  - !Temporal {rank_variable: m, tile_shape: 4}\n"
        "  - !Storage {tensors: [A], component: SRAM}\n"
        "  - !Temporal {rank_variable: n, tile_shape: 4}\n"
        "  - !Spatial {rank_variable: m, tile_shape: 1, name: lanes, component: RF}\n"
        "  - !Spatial {rank_variable: n, tile_shape: 1, name: lanes, component: RF}\n"
        "  - !Storage {tensors: [Z], component: RF}\n"
        "  - !Temporal {rank_variable: k, tile_shape: 1}\n"
        "  - !Compute {einsum: Z, component: mac}\n");
}

TEST_CASE("fused Einsums in the notation of AccelForge") {
  const Exported exported(scores_cascade(), exported_arch_sample(), mapping_text(fused_nest, "", "pipelined"),
                          scores_shapes);
  const AccelForgeFiles files = to_accelforge(exported.candidate());
  CHECK(files.workload ==
        "workload:\n"
        "  rank_sizes: {P: 32, E: 8, M: 64, F: 8}\n"
        "  bits_per_value: {Q: 16, K: 16, V: 16, S: 16, X: 16, O: 16}\n"
        "  einsums:\n"
        "  - \"S[p,m] = Q[p,e] * K[m,e]\"\n"
        "  - \"X[p,m] = S[p,m]\"  # X[p,m] = exp(S[p,m])\n"
        "  - \"O[p,f] = X[p,m] * V[m,f]\"\n");
  const std::string vector =
      "  - !Compute\n"
      "    name: vector\n"
      "    spatial: [{name: lanes, fanout: 4}]\n"
      "    leak_power: 0\n"
      "    area: 0\n"
      "    actions:\n"
      "    - {name: compute, energy: 3e-12, throughput: 1000000000 / 2}\n"
      "  - !Memory\n"
      "    name: RF\n";
  CHECK(files.arch.find(vector) != std::string::npos);
  CHECK(files.notes ==
        std::vector<std::string>{"Einsums run at once in the mapping (group 'g'); AccelForge adds up their times.",
                                 "Tiles with several buffers in the mapping have one: S in SRAM, X in SRAM."});
  CHECK(files.mapping ==
        "# Einsums run at once in the mapping (group 'g'); AccelForge adds up their times.\n"
        "# Tiles with several buffers in the mapping have one: S in SRAM, X in SRAM.\n"
        "mapping:\n"
        "  nodes:\n"
        "  - !Storage {tensors: [Q, K, V, O], component: DRAM}\n"
        "  - !Temporal {rank_variable: p, tile_shape: 4}\n"
        "  - !Storage {tensors: [S, X], component: SRAM}\n"
        "  - !Sequential\n"
        "    nodes:\n"
        "    - !Nested\n"
        "      nodes:\n"
        "      - !Temporal {rank_variable: m, tile_shape: 16}\n"
        "      - !Temporal {rank_variable: e, tile_shape: 1}\n"
        "      - !Spatial {rank_variable: m, tile_shape: 1, name: lanes, component: RF}\n"
        "      - !Storage {tensors: [K], component: RF}\n"
        "      - !Temporal {rank_variable: p, tile_shape: 1}\n"
        "      - !Compute {einsum: S, component: mac}\n"
        "    - !Nested\n"
        "      nodes:\n"
        "      - !Temporal {rank_variable: p, tile_shape: 1}\n"
        "      - !Temporal {rank_variable: m, tile_shape: 4}\n"
        "      - !Spatial {rank_variable: m, tile_shape: 1, name: lanes, component: vector}\n"
        "      - !Compute {einsum: X, component: vector}\n"
        "    - !Nested\n"
        "      nodes:\n"
        "      - !Temporal {rank_variable: m, tile_shape: 4}\n"
        "      - !Spatial {rank_variable: p, tile_shape: 1, name: lanes, component: RF}\n"
        "      - !Spatial {rank_variable: m, tile_shape: 1, name: lanes, component: RF}\n"
        "      - !Temporal {rank_variable: f, tile_shape: 1}\n"
        "      - !Compute {einsum: O, component: mac}\n");
}

TEST_CASE("levels that nothing is kept in are left out, and what is reserved is no room") {
  const Exported exported(
      product_cascade(), exported_arch_sample(),
      mapping_text("[keep: {DRAM: [A, B, Z]}, for: [m: M, n: N], keep: {SRAM: [Z]}, spatial: [k: K], "
                   "{compute: Z, on: mac}]",
                   "  reserve_B: {SRAM: 536 B}\n"),
      product_shapes);
  const std::string arch = to_accelforge(exported.candidate()).arch;
  CHECK(arch.find("    size: 8 * 65000\n") != std::string::npos);
  CHECK(arch.find("  - !Compute\n    name: mac\n    spatial: [{name: lanes, fanout: 16}]\n") != std::string::npos);
  CHECK(arch.find("name: RF") == std::string::npos);
  CHECK(arch.ends_with("# RF is left out: the mapping keeps nothing there.\n"));
}

TEST_CASE("elements of parts of bits have no size there") {
  const Exported exported(product_cascade(), exported_arch_sample(), mapping_text(product_nest),
                          product_shapes + "  words_B: {A: 0.3}\n");
  CHECK(exported.error() ==
        "w.yaml: workload: cannot be exported: AccelForge has no parts of bits, and an element of 'A' has 2.4");
}

}  // namespace tilewright::test::TEST_FILE
