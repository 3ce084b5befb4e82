// Plans as the kernels' runner takes them.
#include <catch2/catch.hpp>

#include <algorithm>

#include "explore/evaluate.hpp"
#include "kernels/passes/traffic.hpp"
#include "kernels/runner/problem.hpp"
#include "kernels/runner/results.hpp"
#include "kernels/runner/trials.hpp"
#include "measure/expand.hpp"
#include "measure/measurement.hpp"
#include "measure/plan_mask.hpp"
#include "tests/measure/small_suite.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::vector<plan::Row> shipped(const std::string& name) {
  return expand(parse_measure_suite(Yaml::load(find_config("suites", name))));
}

/// Keys of every query of every head, by what the runner checks kernels against.
std::vector<bool> pairs_of(const plan::Row& point) {
  const auto problem = kernels::runner::problem_of(point);
  std::vector<bool> pairs;
  for (int head = 0; head < point.heads; ++head)
    for (std::int64_t query = 0; query < plan::tokens_in(point.queries); ++query) {
      std::vector<bool> row(static_cast<std::size_t>(plan::tokens_in(point.keys)));
      for (const auto& [first, last] : problem.visible({0, head, query}))
        std::fill(row.begin() + first, row.begin() + last, true);
      pairs.insert(pairs.end(), row.begin(), row.end());
    }
  return pairs;
}

/// The same, by the mask as the suite says it.
std::vector<bool> pairs_of(const std::string& mask, const plan::Row& row) {
  std::vector<bool> pairs;
  for (const HeadMask& each : make_masks(parse_mask(mask), {row.queries, row.keys}, row.heads)) {
    const RelationPtr relation = each.mask.flattened();
    for (Count head = 0; head < each.heads; ++head)
      for (Count query = 0; query < relation->extent().queries; ++query)
        for (Count key = 0; key < relation->extent().keys; ++key) pairs.push_back(contains(*relation, query, key));
  }
  return pairs;
}

}  // namespace

TEST_CASE("the runner reads shipped plans, and has every kernel that they name") {
  for (const char* name : {"smoke", "kernels"}) {
    const std::vector<plan::Row> rows = shipped(name);
    CHECK(plan::read_plan(plan::write_plan(rows), "plan.csv") == rows);
    for (const plan::Row& row : rows) {
      INFO(row.point);
      if (!row.is_peer()) CHECK_NOTHROW(kernels::runner::compiled_for(row, kernels::runner::catalogue(), 90));
    }
  }
}

TEST_CASE("the smoke suite has every kernel of the runner") {
  const std::vector<plan::Row> rows = shipped("smoke");
  for (const kernels::runner::Compiled& each : kernels::runner::catalogue()) {
    INFO(each.operation << " " << each.kernel);
    CHECK(std::ranges::any_of(
        rows, [&](const plan::Row& row) { return row.operation == each.operation && row.kernel == each.kernel; }));
  }
}

TEST_CASE("a kernel is checked against the mask that the suite says") {
  struct Case {
    std::string mask;
    std::string keys;
    std::string queries = keys;
    std::string tile = "64";
    int heads = 1;
  };
  const auto of =
      GENERATE(Case{"dense", "100"}, Case{"causal", "100"}, Case{"causal", "100", "7"},
               Case{"sliding,left=20", "100", "30"}, Case{"gna,window=9x5,stride=4x2", "12x20", "12x20", "8x8"},
               Case{"gna,window=3x4x5,dilation=2x1x1,causal=1x0x0", "7x6x5", "7x6x5", "4x4x4"},
               Case{"blocked,window=6x5", "12x20", "12x20", "8x8"},
               Case{"1 * causal + 3 * sliding,left=7", "64", "64", "64", 4},
               Case{"bigbird,global=0,window=3,random=1,block=64", "500"},
               Case{"random-blocks,keep=2,block=64,causal=1", "300"});
  plan::Row row;
  row.point = "p";
  row.operation = "attention";
  row.kernel = "pipelined";
  row.dtype = "bf16";
  row.batch = 1;
  row.heads = row.kv_heads = of.heads;
  row.head_dim = 64;
  row.queries = parse_extents(of.queries, "q");
  row.keys = parse_extents(of.keys, "k");
  row.q_tile = row.kv_tile = parse_extents(of.tile, "tile");
  const PlanMask plan =
      plan_mask(parse_mask(of.mask), {row.queries, row.keys}, row.heads, {row.q_tile, row.kv_tile});
  row.mask = plan.rules;
  row.blocks = plan.blocks;
  INFO(of.mask);
  CHECK(pairs_of(row) == pairs_of(of.mask, row));
}

TEST_CASE("mappings predict the bytes that the kernels of the passes move") {
  Library library;
  for (const double tokens : {1024.0, 4096.0, 16384.0}) {
    const auto bytes = [&](const std::string& mapping) {
      const Record record =
          evaluate({"attention-passes", {{"H", 3}, {"E", 64}, {"S", tokens}}, "gpu/h200", {}, mapping}, library);
      return std::pair(*record.number("level.HBM.read_B"), *record.number("level.HBM.write_B"));
    };
    const int keys = static_cast<int>(tokens);
    const kernels::PassesShape shape{1, 3, 3, keys, keys, 64, 64};
    const auto sum = [](const std::vector<kernels::PassTraffic>& passes) {
      std::pair<double, double> all;
      for (const auto& pass : passes) {
        all.first += static_cast<double>(pass.read_B);
        all.second += static_cast<double>(pass.write_B);
      }
      return all;
    };
    CHECK(bytes("gpu/three-pass") == sum(kernels::traffic_of(shape, kernels::Passes::three)));
    CHECK(bytes("gpu/two-pass") == sum(kernels::traffic_of(shape, kernels::Passes::two)));
    CHECK(bytes("gpu/one-pass") == sum({kernels::fused_traffic_of(shape)}));
  }
}

}  // namespace tilewright::test::TEST_FILE
