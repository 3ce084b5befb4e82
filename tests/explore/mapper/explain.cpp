#include "explore/mapper/explain.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/explore/little.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

MappingExplanation explained(const Little& little, const std::string& mapping,
                             const std::string& objective = "edp") {
  Point point;
  point.workload = little.path("small.yaml");
  point.arch = little.path("arch.yaml");
  Library library;
  return explain({point, {}, {}, Objective::parse(objective), {}}, mapping, library);
}

}  // namespace

TEST_CASE("a mapping is as far from the least as its record says") {
  const Little little;
  const MappingExplanation result = explained(little, little.path("by-row.yaml"));
  REQUIRE(result.distances.size() == 3);
  for (const MetricDistance& distance : result.distances) {
    CHECK(distance.proven);
    CHECK(distance.own >= distance.best);
  }
  CHECK(result.distances[0].own == result.record.number("time_s"));
  CHECK(result.distances[2].best == result.best.found.front().record.number("edp_Js"));
  CHECK(result.outside.empty());
  CHECK_FALSE(result.decisions.empty());
  const std::string text = to_text(result, Objective::parse("edp"));
  CHECK(std::ranges::count(text, '\n') < 15);
  CHECK(text.find("The mapping with the least edp has, each by itself:\n") != std::string::npos);
}

TEST_CASE("the best mapping decides all as the best one") {
  const Little little;
  Point point;
  point.workload = little.path("small.yaml");
  point.arch = little.path("arch.yaml");
  Library library;
  const MapResult best = find_mappings({point, {}, {}, Objective::parse("edp"), {}}, library);
  little.write("best.yaml", best.found.front().text);
  const MappingExplanation result = explained(little, little.path("best.yaml"));
  CHECK(result.distances[2].own == result.distances[2].best);
  CHECK(result.decisions.empty());
  CHECK(to_text(result, Objective::parse("edp")).ends_with("every decision is that of the best mapping\n"));
}

TEST_CASE("what cannot be explained is refused") {
  const Little little;
  CHECK(message_of([&] { explained(little, little.path("by-row.yaml"), "time,energy"); }) ==
        "--explain: expected one objective, as mappings are compared in one");
}

}  // namespace tilewright::test::TEST_FILE
