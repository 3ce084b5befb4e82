#include "explore/mapper/preferred.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <catch2/catch.hpp>

#include "explore/mapper/explain.hpp"
#include "tests/common/messages.hpp"
#include "tests/explore/little.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

MapRequest request_of(const Little& little, const std::string& space, const std::string& objective = "traffic") {
  MapRequest request;
  request.point.workload = little.path("small.yaml");
  request.point.arch = little.path("arch.yaml");
  request.space = little.write("space.yaml", "mapspace: {" + space + "}\n");
  request.objective = Objective::parse(objective);
  return request;
}

double traffic_of(const MapResult& result) { return result.found.front().traffic_B; }

std::string texts(const MapResult& result) {
  return fmt::format("{}", fmt::join(lines_of(result.preferences, Metric::traffic), "; "));
}

}  // namespace

// All three tensors of 8 by 6, 6 by 4 and 8 by 4 fit into L2, so that any order of loops reads each once.
TEST_CASE("of equally good mappings the one that keeps to what is preferred is found") {
  const Little little;
  Library library;
  const std::string held = "keep: {A: shared, B: shared, Z: shared}, ";
  for (const std::string order : {"[M, N, K]", "[K, N, M]"}) {
    const MapResult result = find_preferred(
        request_of(little, held + "prefer: [{tiles: {M: 2, N: 2, K: 3}, order: " + order + "}]"), library);
    CHECK(texts(result) == "prefer[0] tiles, order: kept");
    const std::vector<PlannedLoop>& loops = result.found.front().plan.groups.front().loops;
    REQUIRE(loops.size() == 3);
    CHECK(library.cascade(result.found.front().cascade).ranks[loops.front().rank].name == order.substr(1, 1));
    CHECK(traffic_of(result) == 2 * (8 * 6 + 6 * 4 + 8 * 4));
    CHECK(result.found.front().text.starts_with("mapping:\n  name: best\n"));
  }
}

TEST_CASE("a preference never makes the result worse, and says what it would cost") {
  const Little little;
  Library library;
  const MapResult result = find_preferred(
      request_of(little,
                 "prefer: [{bypass: [A], tiles: {N: 1}}, {order: [N, M]}, {order: [M, N], tiles: {M: 2}}, "
                 "{keep: {A: shared}}]"),
      library);
  CHECK(result.count.ended);
  CHECK(traffic_of(result) == 208);
  REQUIRE(result.preferences.size() == 4);
  CHECK(result.preferences[0].verdict == Preference::Verdict::worse);
  CHECK(*result.preferences[0].ratio > 1);
  CHECK(result.preferences[1].verdict == Preference::Verdict::kept);
  CHECK(result.preferences[3].verdict == Preference::Verdict::kept);
}

TEST_CASE("what no mapping keeps to is said to be so") {
  const Little little;
  Library library;
  CHECK(texts(find_preferred(request_of(little, "keep: {A: shared}, prefer: [{bypass: {A: shared}}]"), library)) ==
        "prefer[0] bypass: not kept, no mapping keeps to it");
}

TEST_CASE("preferences are of one objective, and of a search that has ended") {
  const Little little;
  Library library;
  const MapRequest several = request_of(little, "prefer: [{order: [N, M]}]", "traffic,buffer");
  CHECK(message_of([&] { (void)find_preferred(several, library); }) ==
        several.space.string() +
            ":1:20: mapspace.prefer: expected one objective, as of several no mapping is the best");
  MapRequest wrong = request_of(little, "prefer: [{order: [N, Q]}]");
  CHECK(message_of([&] {
          (void)find_preferred(wrong, library);
        }).starts_with(wrong.space.string() + ":1:33: mapspace.prefer[0].order[1]: the cascade has no rank 'Q'"));
  wrong = request_of(little, "prefer: [{tiles: {M: 9}}]");
  CHECK(message_of([&] {
          (void)find_preferred(wrong, library);
        }).starts_with(wrong.space.string() + ":1:33: mapspace.prefer[0].tiles.M: 9 is more than all of M, 8"));
}

TEST_CASE("without preferences there is one search, and nothing is said of them") {
  const Little little;
  Library library;
  CHECK(find_preferred(request_of(little, "order: [N, M]"), library).preferences.empty());
  CHECK(find_preferred(request_of(little, "order: [N, M]", "traffic,buffer"), library).preferences.empty());
}

TEST_CASE("the best mapping beside one that is explained keeps to what is preferred") {
  const Little little;
  Library library;
  const MapRequest request = request_of(little, "prefer: [{order: [N, M], tiles: {M: 2, N: 2}}]");
  const MappingExplanation explanation = explain(request, little.path("by-row.yaml"), library);
  CHECK(texts(explanation.best) == "prefer[0] order, tiles: kept");
}

TEST_CASE("of equally fast kernels the one with what is preferred is first, and what it costs is of all kernels") {
  const Little little;
  Library library;
  MapRequest request;
  request.point.workload = "attention";
  request.point.arch = "gpu/h100-sxm5";
  request.point.set = {{"P", 1}, {"G", 4}};
  request.kernels = {"split-kv"};
  request.objective = Objective::parse("traffic");
  const MapResult all = find_preferred(request, library);
  request.space = little.write(
      "space.yaml",
      "mapspace: {prefer: [{queries: descending}, {queries: ascending}, {splits: 7}, {outer: queries}]}\n");
  const MapResult result = find_preferred(request, library);
  CHECK(result.found.front().traffic_B == all.found.front().traffic_B);
  REQUIRE(result.preferences.size() == 4);
  CHECK(result.preferences[0].verdict == Preference::Verdict::kept);
  CHECK(result.preferences[1].verdict == Preference::Verdict::impossible);
  CHECK(result.preferences[2].verdict == Preference::Verdict::worse);
  CHECK(result.preferences[3].verdict == Preference::Verdict::kept);
  const RankedKernel& first = result.kernels->ranked.front();
  CHECK(first.choice.queries == QueryOrder::descending);
  CHECK(first.choice.queries_outer == true);
  CHECK(result.kernels->candidates == all.kernels->candidates);
}

}  // namespace tilewright::test::TEST_FILE
