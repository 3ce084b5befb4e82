#include "explore/mapper/infeasible.hpp"

#include <catch2/catch.hpp>

#include "mappings/space/parse_mapspace.hpp"
#include "tests/explore/mapper/random_cases.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// Capacities in bytes.
Arch arch_of(int outer, int middle, int inner) {
  const std::string text = fmt::format(
      "arch:\n  name: a\n  clock_Hz: 1 GHz\n  levels:\n"
      "    - {{name: outer, access_B: 1, capacity_B: {}}}\n"
      "    - {{name: middle, parent: outer, access_B: 1, capacity_B: {}}}\n"
      "    - {{name: inner, parent: middle, access_B: 1, instances: 4, capacity_B: {}}}\n"
      "  units:\n    - {{name: array, lanes: 4, operations: {{multiply_add: {{cycles: 1}}, multiply: {{cycles: "
      "1}}, "
      "exp: {{cycles: 1}}}}}}\n    - {{name: other, lanes: 4, operations: {{exp: {{cycles: 1}}}}}}\n",
      outer, middle, inner);
  return ArchFile(Yaml::parse(text, "a.yaml")).with();
}

std::string why(const Cascade& cascade, const Arch& arch, const std::vector<double>& shapes,
                const std::string& constraints) {
  MapProblem problem = problem_of(cascade, arch, shapes);
  if (!constraints.empty())
    problem.constrain(parse_mapspace(Yaml::parse("mapspace: {" + constraints + "}", "s.yaml"), cascade, arch));
  return why_infeasible(problem, [] { return false; }).what();
}

}  // namespace

TEST_CASE("a capacity that excludes every mapping is named, with what the smallest one needs", "[mapper]") {
  CHECK(why(product(), arch_of(40, 100, 8), {4, 4, 4}, "") ==
        "a.yaml: arch.levels: outer holds 40 B; the smallest mapping of Einsum 'Z' needs 48 B");
  CHECK(why(product(), arch_of(100, 2, 8), {4, 4, 4}, "no_loop: [M], keep: {A: shared}") ==
        "s.yaml:1:22: mapspace.no_loop[0]: no mapping keeps to it together with mapspace.keep.A: middle holds 2 B; "
        "the "
        "smallest mapping of Einsum 'Z' needs 4 B");
  CHECK(why(product(), arch_of(100, 100, 2), {4, 4, 4}, "keep: {W: lanes}, lane_tiles: {Z: {K: 4}}") ==
        "s.yaml:1:22: mapspace.keep.W: no mapping keeps to it together with mapspace.lane_tiles.Z.K: inner holds 2 "
        "B in "
        "each of its instances; the smallest mapping of Einsum 'Z' needs 4 B");
}

TEST_CASE("as few constraints as exclude every mapping are named", "[mapper]") {
  const Arch arch = arch_of(100, 100, 8);
  CHECK(why(three_steps(), arch, {4}, "fuse: [[T, U], [U, Z]], max_fused: 2, tiles: {M: 2}") ==
        "s.yaml:1:19: mapspace.fuse[0]: no mapping keeps to it together with mapspace.fuse[1], mapspace.max_fused");
  CHECK(why(two_steps(), arch, {4, 4}, "tiles: {N: 2}, bypass: {T: outermost}, split: [[T, Z]]") ==
        "s.yaml:1:59: mapspace.split[0]: no mapping keeps to it together with mapspace.bypass.T");
  CHECK(why(product(), arch, {4, 4, 4}, "lanes: {Z: {M: 4, N: 4}}") ==
        "s.yaml:1:27: mapspace.lanes.Z.M: no mapping keeps to it together with mapspace.lanes.Z.N; with 1 there is "
        "one");
}

TEST_CASE("of a size that excludes every mapping the nearest that does not is named", "[mapper]") {
  CHECK(
      why(product(), arch_of(100, 3, 8), {8, 2, 2}, "tiles: {M: [4, 8]}, keep: {A: shared}") ==
      "s.yaml:1:23: mapspace.tiles.M: no mapping keeps to it together with mapspace.keep.A: middle holds 3 B; the "
      "smallest mapping of Einsum 'Z' needs 4 B; with 2 there is one");
}

}  // namespace tilewright::test::TEST_FILE
