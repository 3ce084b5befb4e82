#include "explore/mapper/traffic_curve.hpp"

#include <catch2/catch.hpp>

#include "tests/explore/mapper/random_cases.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

FoundMapping found(const std::string& name, double traffic_B, double buffer_B) {
  FoundMapping mapping;
  mapping.record.add("mapping", name);
  mapping.traffic_B = traffic_B;
  mapping.buffer_B = buffer_B;
  return mapping;
}

std::string text_of(const std::vector<Record>& records) {
  std::string text;
  for (const Record& record : records)
    text += fmt::format("{} {}: {} {}\n", record.text("series"), *record.number("point.buffer_B"),
                        *record.number("map.traffic_B"), record.text("mapping"));
  return text;
}

}  // namespace

TEST_CASE("a capacity has the best mapping that fits, also where only the floor bends") {
  // A fibre of 20 bytes, of which levels of lanes hold none.
  const Cascade cascade = cascade_of(
      "  inputs: {A: [N, M], W: [M]}\n  outputs: [Z]\n  einsums:\n    - T[n,m] = exp(A[n,m])\n"
      "    - R[n] = T[n,m] * W[m]\n    - Z[n,m] = T[n,m] * R[n]\n");
  Random random(1);
  Arch arch = random_arch(random);
  arch.levels[arch.level("inner")].capacity_B = 0;
  MapResult result;
  result.floor.add(problem_of(cascade, arch, {1, 20}));
  result.found = {found("best", 60, 30), found("best-2", 100, 4)};
  CHECK(text_of(traffic_curve(result)) ==
        "found 4: 100 best-2\nfound 20: 100 best-2\nfound 30: 60 best\n"
        "floor 4: 92 \nfloor 20: 60 \nfloor 30: 60 \n");
}

}  // namespace tilewright::test::TEST_FILE
