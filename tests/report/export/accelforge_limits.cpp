#include "report/export/accelforge_limits.hpp"

#include <catch2/catch.hpp>

#include "tests/report/export/exported.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

const std::string nest = "[keep: {DRAM: [A, B, Z]}, for: [m: M, n: N, k: K], {compute: Z, on: mac}]";

std::string error_of(const std::string& mapping, Arch arch = exported_arch_sample()) {
  return Exported(product_cascade(), std::move(arch), mapping, product_shapes).error();
}

/// Of a cascade with one Einsum, from A to Z.
std::string einsum_error(const std::string& einsum) {
  const Cascade cascade = cascade_of("  inputs: {A: [M]}\n  outputs: [Z]\n  einsums:\n    - " + einsum + "\n");
  return Exported(cascade, exported_arch_sample(),
                  mapping_text("[keep: {DRAM: [A, Z]}, for: [m: M], {compute: Z, on: vector}]"),
                  "  word_B: 2 B\n  shapes: {M: 8}\n")
      .error();
}

}  // namespace

TEST_CASE("masks are refused, but for one of all pairs") {
  const std::string mapping = mapping_text(
      "[keep: {DRAM: [Q, K, V, O, S, X]}, for: [p: P, m: M], each: [[for: [e: E], {compute: S, on: mac}], "
      "[{compute: X, on: vector}], [for: [f: F], {compute: O, on: mac}]]]");
  const std::string masked =
      scores_shapes + "  ranks: {queries: P, keys: M, head_dim: E, value_dim: F}\n  mask: {pattern: ";
  CHECK(Exported(scores_cascade(), exported_arch_sample(), mapping, masked + "dense}\n").error() == "no error");
  CHECK(Exported(scores_cascade(), exported_arch_sample(), mapping, masked + "\"sliding,left=3\"}\n").error() ==
        "w.yaml:8:9: workload.mask: cannot be exported: AccelForge has no masks, and this one is 'sliding,left=3'; "
        "--mask dense has all pairs");
}

TEST_CASE("what Einsums may not be") {
  CHECK(einsum_error("Z[m] = max(A[m], A[m])") ==
        "c.yaml:6:24: cannot be exported: AccelForge has no Einsums that read a tensor twice, as 'Z' does 'A'");
  CHECK(einsum_error("Z[m] = exp(A[M-1])") ==
        "c.yaml:6:18: cannot be exported: AccelForge has no fixed coordinates and offsets, as 'A' is read at");
  const Cascade running = cascade_of(
      "  inputs: {A: [M]}\n  outputs: [Z]\n  initial: {T: 0}\n  einsums:\n    - T[m+1] = max(T[m], A[m])\n    - "
      "Z[] = "
      "exp(T[M])\n");
  CHECK(Exported(
            running, exported_arch_sample(),
            mapping_text("[keep: {DRAM: [A, T, Z]}, each: [[for: [m: M], {compute: T, on: vector}], [{compute: Z, "
                         "on: vector}]]]"),
            "  word_B: 2 B\n  shapes: {M: 8}\n")
            .error() == "c.yaml:7:7: cannot be exported: AccelForge has no running values, as 'T' is one");
}

TEST_CASE("tensors in parts, views and masks of a cascade are refused") {
  const auto refused = [](const std::string& more, const std::string& einsum, const std::string& nest) {
    const std::string mask = einsum.ends_with("MASK[m]") ? ", MASK: [M]" : "";
    const Cascade cascade = cascade_of("  inputs: {A: [M]" + mask + "}\n  outputs: [Z]\n" + more +
                                       "  einsums:\n    - " + einsum + "\n");
    return Exported(cascade, exported_arch_sample(), mapping_text(nest),
                    "  word_B: 2 B\n  shapes: {M: 8, M0: 2, M1: 4}\n")
        .error();
  };
  CHECK(refused("  partitions: {M: [M1, M0]}\n  views:\n    - BA[m1,m0] = A[m]\n", "Z[m1,m0] = exp(BA[m1,m0])",
                "[keep: {DRAM: [A, Z]}, for: [m1: M / M0, m0: M0], {compute: Z, on: vector}]") ==
        "c.yaml:2:3: cascade: cannot be exported: AccelForge has no partitions, and 'c' splits M");
  CHECK(refused("  views:\n    - BA[m] = A[m]\n", "Z[m] = exp(BA[m])",
                "[keep: {DRAM: [A, Z]}, for: [m: M], {compute: Z, on: vector}]") ==
        "c.yaml:8:18: cannot be exported: AccelForge has no views, as 'BA' is one");
  CHECK(refused("", "Z[m] = exp(A[m]) where MASK[m]",
                "[keep: {DRAM: [A, MASK, Z]}, for: [m: M], {compute: Z, on: vector}]") ==
        "c.yaml:6:7: cannot be exported: AccelForge has no masks, and 'Z' is filtered by one");
}

TEST_CASE("tensors that heads share, and values that are part of keys, are refused") {
  const Cascade cascade = cascade_of(
      "  inputs: {Q: [H, P, E], K: [H, M, E], V: [H, M, F]}\n"
      "  outputs: [O]\n"
      "  einsums:\n"
      "    - S[h,p,m] = Q[h,p,e] * K[h,m,e]\n"
      "    - O[h,p,f] = S[h,p,m] * V[h,m,f]\n");
  const std::string mapping = mapping_text(
      "[keep: {DRAM: [Q, K, V, S, O]}, for: [h: H, p: P, m: M], each: [[for: [e: E], {compute: S, on: mac}], "
      "[for: [f: F], {compute: O, on: mac}]]]");
  const std::string shapes = "  word_B: 2 B\n  shapes: {H: 4, G: 2, P: 8, M: 8, E: 4, F: 4}\n";
  const std::string ranks = "  ranks: {queries: P, keys: M, heads: H, head_dim: E, value_dim: F";
  CHECK(Exported(cascade, exported_arch_sample(), mapping, shapes + ranks + ", kv_heads: G}\n").error() ==
        "w.yaml: workload: cannot be exported: AccelForge has no heads that share keys and values");
  CHECK(Exported(cascade, exported_arch_sample(), mapping, shapes + ranks + "}\n  shared: {V: K}\n").error() ==
        "w.yaml: workload.shared: cannot be exported: AccelForge has no tensors that are part of another one");
}

TEST_CASE("loops that do not divide are refused") {
  CHECK(error_of(
            mapping_text("[keep: {DRAM: [A, B, Z]}, for: [m: ceil(M / 48)], keep: {SRAM: [A]}, for: [m: 48, n: N, "
                         "k: K], {compute: Z, on: mac}]")) ==
        "m.yaml: mapping: cannot be exported: AccelForge has no last tiles that are smaller, and the loops of 'm' "
        "do not "
        "divide M = 64");
}

TEST_CASE("loops over ranks of other Einsums are refused") {
  const Exported exported(
      scores_cascade(), exported_arch_sample(),
      mapping_text(
          "[keep: {DRAM: [Q, K, V, O]}, for: [p: P, f: F], keep: {SRAM: [S, X]}, each: [[for: [m: M, e: E], "
          "{compute: S, on: mac}], [for: [m: M], {compute: X, on: vector}], [for: [m: M], {compute: O, on: "
          "mac}]]]"),
      scores_shapes);
  CHECK(exported.error() ==
        "m.yaml:7:54: mapping.groups[0].nest[1].for[1]: cannot be exported: AccelForge has no loops over ranks "
        "that an "
        "Einsum below them has not, as 'S' has no 'f'");
}

TEST_CASE("what a mapping may not say") {
  CHECK(error_of(mapping_text(nest, "  overbook: [SRAM]\n")) ==
        "m.yaml: mapping.overbook: cannot be exported: AccelForge has no levels that are overbooked");
  CHECK(error_of(mapping_text(nest, "", "[{run: [[Z]]}, {bubble_cycles: 3}]")) ==
        "m.yaml: mapping: cannot be exported: AccelForge has no steps in which nothing runs ('bubble_cycles')");
  CHECK(error_of(
            mapping_text("[keep: {DRAM: [A, B, Z]}, for: [m: M], {keep: {SRAM: [A, Z]}, in_place: true}, for: [n: "
                         "N, k: K], {compute: Z, on: mac}]")) ==
        "m.yaml:7:66: mapping.groups[0].nest[2].keep.SRAM: cannot be exported: AccelForge has no tensors that take "
        "turns "
        "in one buffer ('in_place')");
}

TEST_CASE("what levels may not be") {
  CHECK(error_of(mapping_text(nest), exported_arch_sample("", ", multicast: false")) ==
        "a.yaml: arch.levels: cannot be exported: AccelForge has no way to say what 'SRAM' has: 'multicast' or "
        "'reduction' is false");
}

TEST_CASE("what changes no count is a note") {
  const Exported exported(product_cascade(),
                          arch_of("  drains_charged: false\n"
                                  "  levels:\n"
                                  "    - {name: DRAM}\n"
                                  "  units:\n"
                                  "    - {name: mac, lanes: 1, operations: {multiply_add: {cycles: 1}}}\n"),
                          mapping_text(nest), product_shapes);
  CHECK(to_accelforge(exported.candidate()).notes ==
        std::vector<std::string>{
            "AccelForge charges the read of a level that its results leave; the architecture does "
            "not (drains_charged: false).",
            "Energies are 0 where the architecture gives none: DRAM, mac."});
}

}  // namespace tilewright::test::TEST_FILE
