#include "report/export/placed_nest.hpp"

#include <catch2/catch.hpp>

#include "tests/report/export/exported.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

/// A line per node: "for m", "lanes k", "RF W", an Einsum; parts within braces.
std::string text(const SizedNest& nest, const PlacedNodes& nodes) {
  std::string line;
  for (const PlacedNode& node : nodes) {
    if (!line.empty()) line += "; ";
    if (!node.parts.empty()) {
      for (const PlacedNodes& part : node.parts) line += "{" + text(nest, part) + "}";
    } else if (node.is_tile()) {
      line += nest.arch.levels[std::get<Keep>(nest.node(node.node).what).level].name + " " + nest.name(node.tensor);
    } else if (const auto* loop = std::get_if<Loop>(&nest.node(node.node).what)) {
      line += (loop->spatial ? "lanes " : "for ") + nest.cascade.ranks[loop->rank].variable;
    } else {
      line += nest.cascade.einsums[std::get<Compute>(nest.node(node.node).what).einsum].name;
    }
  }
  return line;
}

std::string placed(const Exported& exported) {
  const SizedNest nest(exported.candidate());
  return text(nest, place_tiles(nest));
}

std::string product(const std::string& nest) {
  return placed({product_cascade(), exported_arch_sample(), mapping_text(nest), product_shapes});
}

std::string scores(const std::string& nest) {
  return placed({scores_cascade(), exported_arch_sample(), mapping_text(nest), scores_shapes});
}

std::string error(const std::string& nest) {
  return message_of([&] { (void)scores(nest); });
}

}  // namespace

TEST_CASE("a tile goes above the loops that it stays over") {
  CHECK(
      product("[keep: {DRAM: [A, B, Z]}, for: [k: K, m: M / 4, n: N], keep: {SRAM: [A]}, for: [m: 4], {compute: Z, "
              "on: mac}]") == "DRAM A; DRAM B; DRAM Z; for k; for m; SRAM A; for n; for m; Z");
}

TEST_CASE("it goes above several loops, and not above one that selects another") {
  CHECK(product("[keep: {DRAM: [A, B, Z]}, for: [n: N / 4, k: K, m: M / 4, n: 4], keep: {SRAM: [Z]}, for: [m: 4], "
                "{compute: Z, on: mac}]") ==
        "DRAM A; DRAM B; DRAM Z; for n; for k; for m; for n; SRAM Z; for m; Z");
  CHECK(product("[keep: {DRAM: [A, B, Z]}, for: [k: K, m: M / 4, n: N / 4, n: 4], keep: {SRAM: [A]}, for: [m: 4], "
                "{compute: Z, on: mac}]") ==
        "DRAM A; DRAM B; DRAM Z; for k; for m; SRAM A; for n; for n; for m; Z");
}

TEST_CASE("lanes come along") {
  CHECK(product("[keep: {DRAM: [A, B, Z]}, for: [n: N, m: M / 4], spatial: [k: 16], keep: {RF: [B]}, for: [m: 4], "
                "{compute: Z, on: mac}]") == "DRAM A; DRAM B; DRAM Z; for n; lanes k; RF B; for m; for m; Z");
}

TEST_CASE("tiles of one keep go to places of their own") {
  CHECK(
      product("[keep: {DRAM: [A, B, Z]}, for: [m: M / 2, n: N], spatial: [k: 16], keep: {RF: [A, B]}, for: [m: 2], "
              "{compute: Z, on: mac}]") == "DRAM A; DRAM B; DRAM Z; for m; lanes k; RF A; for n; RF B; for m; Z");
}

TEST_CASE("loops of one iteration and keeps that do not hold are left out") {
  CHECK(
      product("[keep: {DRAM: [A, B, Z]}, for: [m: M, n: 1], {keep: {SRAM: [A]}, when: M > 64}, for: [n: N, k: K], "
              "{compute: Z, on: mac}]") == "DRAM A; DRAM B; DRAM Z; for m; for n; for k; Z");
}

TEST_CASE("tiles of the outermost level come first, of all groups and each once") {
  const std::string groups =
      "mapping:\n  name: m\n  cascade: c\n  groups:\n"
      "    - {name: a, schedule: sequential, nest: [keep: {DRAM: [Q, K, S]}, for: [p: P, m: M, e: E], {compute: S, "
      "on: "
      "mac}]}\n"
      "    - {name: b, schedule: sequential, nest: [keep: {DRAM: [S, V, O]}, for: [p: P], keep: {SRAM: [X]}, each: "
      "["
      "[for: [m: M], {compute: X, on: vector}], [for: [m: M, f: F], {compute: O, on: mac}]]]}\n";
  CHECK(placed({scores_cascade(), exported_arch_sample(), groups, scores_shapes}) ==
        "DRAM Q; DRAM K; DRAM S; DRAM V; DRAM O; {for p; for m; for e; S}{for p; SRAM X; {for m; X}{for m; for f; "
        "O}}");
}

const std::string others = "[for: [m: M], {compute: X, on: vector}], [for: [m: M, f: F], {compute: O, on: mac}]]]";

TEST_CASE("what stays while other Einsums run goes above the place where they part") {
  const std::string head = "[keep: {DRAM: [Q, K, V, O]}, for: [p: P], keep: {SRAM: [S, X]}, each: [";
  const std::string rest = ", for: [m: M, e: E], {compute: S, on: mac}], " + others;
  CHECK(scores(head + "[keep: {SRAM: [K]}" + rest) ==
        "DRAM Q; DRAM K; DRAM V; DRAM O; SRAM K; for p; SRAM S; SRAM X; {for m; for e; S}{for m; X}{for m; for f; "
        "O}");
  CHECK(scores(head + "[{keep: {SRAM: [K]}, turns: true}" + rest) ==
        "DRAM Q; DRAM K; DRAM V; DRAM O; for p; SRAM S; SRAM X; {SRAM K; for m; for e; S}{for m; X}{for m; for f; "
        "O}");
}

TEST_CASE("no place says of what lanes keep that it stays while other Einsums run") {
  CHECK(error("[keep: {DRAM: [Q, K, V, O]}, for: [p: P], keep: {SRAM: [S, X]}, each: [[spatial: [m: 16], "
              "keep: {RF: [K]}, for: [m: M / 16, e: E], {compute: S, on: mac}], " +
              others) ==
        "m.yaml:7:114: mapping.groups[0].nest[3].each[0][1].keep.RF: cannot be exported: 'K' stays over the loop "
        "of p, "
        "which other Einsums are below, too; with 'turns: true' it does not");
}

TEST_CASE("no place says it of a tile that another Einsum below the loop does not take") {
  const Cascade cascade = cascade_of(
      "  inputs: {A: [K], B: [M, K]}\n  outputs: [Y, Z]\n  einsums:\n    - Y[m] = A[k] * B[m,k]\n    - Z[m] = A[k] "
      "* "
      "B[m,k]\n");
  CHECK(message_of([&] {
          (void)placed(
              {cascade, exported_arch_sample(),
               mapping_text("[keep: {DRAM: [A, B, Y, Z]}, for: [m: M], each: [[keep: {SRAM: [A]}, for: [k: K], "
                            "{compute: Y, on: mac}], [for: [k: K], {compute: Z, on: mac}]]]"),
               product_shapes});
        }) ==
        "m.yaml:7:76: mapping.groups[0].nest[2].each[0][0].keep.SRAM: cannot be exported: 'A' stays over the loop "
        "of m, "
        "below which other Einsums use the tensor, too");
}

TEST_CASE("no place says it of a tile whose lanes have another tile above them") {
  CHECK(
      message_of([] {
        (void)product(
            "[keep: {DRAM: [A, B, Z]}, for: [m: M / 2, n: N], keep: {SRAM: [B]}, spatial: [k: 16], keep: {RF: "
            "[A]}, "
            "for: [m: 2], {compute: Z, on: mac}]");
      }) ==
      "m.yaml:7:110: mapping.groups[0].nest[4].keep.RF: cannot be exported: 'A' stays over the loop of n, between "
      "which and its lanes another tile is kept");
}

}  // namespace tilewright::test::TEST_FILE
