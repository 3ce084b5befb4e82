#include "measure/suite.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/measure/small_suite.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

const std::string plain = "      keys: 512\n      tiles: all\n";

std::string error(const std::string& groups) {
  const SmallSuite small;
  return small.short_of(message_of([&] { (void)small.suite(groups); }));
}

/// Of a group that is right but for the given lines.
std::string group_error(const std::string& more, const std::string& kernels = "fast.yaml") {
  return error(SmallSuite::group(more, kernels));
}

}  // namespace

TEST_CASE("a group takes from the suite what it does not say itself") {
  const SmallSuite small;
  const MeasureSuite suite =
      small.suite(SmallSuite::group(plain) +
                  "    - name: other\n      kernels: [micro.yaml]\n      cache: warm\n      repetitions: 2 * 3\n");
  CHECK(suite.name == "small");
  CHECK(suite.seed == 5);
  CHECK(suite.spread == 0.5);
  REQUIRE(suite.groups.size() == 2);
  CHECK(suite.groups[0].cache == plan::Cache::flush);
  CHECK(suite.groups[0].repetitions.evaluate({}) == 10);
  CHECK(suite.groups[0].warm_up.evaluate({}) == 2);
  CHECK_FALSE(suite.groups[0].tiles);
  CHECK_FALSE(suite.groups[0].is_micro());
  CHECK(suite.groups[1].cache == plan::Cache::warm);
  CHECK(suite.groups[1].repetitions.evaluate({}) == 6);
  CHECK(suite.groups[1].is_micro());
}

TEST_CASE("what all groups say themselves, the suite need not say") {
  const std::string own = plain + "      cache: warm\n      warm_up: 1\n      repetitions: 3\n";
  CHECK(group_error(own) == "suite.yaml:4:10: measure.cache: nothing here uses this value; leave it out");
}

TEST_CASE("a measuring suite is told from one of published tables") {
  CHECK(is_measure_suite(SmallSuite().yaml(SmallSuite::group(plain))));
  CHECK_FALSE(is_measure_suite(Yaml::parse("suite: {}\n", "s.yaml")));
  CHECK_FALSE(is_measure_suite(Yaml::parse("[measure]\n", "s.yaml")));
}

TEST_CASE("wrong groups are refused at their place") {
  CHECK(group_error(plain + "      head: 4\n") ==
        "suite.yaml:16:7: measure.groups[0].head: unknown key; did you mean "
        "'heads'?");
  CHECK(group_error("      keys: 512\n") == "suite.yaml:9:7: measure.groups[0]: missing key 'tiles'");
  CHECK(group_error("      tiles: all\n") == "suite.yaml:9:7: measure.groups[0]: missing key 'keys'");
  CHECK(group_error(plain + "      when: tokens > 1\n") ==
        "suite.yaml:16:13: measure.groups[0].when: unknown name 'tokens'");
  CHECK(group_error(plain + "      over: {tokens: [1, 2]}\n      mask: \"sliding,left={token}\"\n") ==
        "suite.yaml:17:13: measure.groups[0].mask: group 'g' has no 'token'; did you mean 'tokens'?");
  CHECK(group_error(plain + "      over: {tokens: [1]}\n      let: {tokens: 2}\n") ==
        "suite.yaml:17:21: measure.groups[0].let.tokens: 'tokens' is there twice");
  CHECK(group_error(plain + "      cache: cold\n") ==
        "suite.yaml:16:14: measure.groups[0].cache: no 'cold'; known: warm, flush, rotate");
  CHECK(group_error("      keys: 512\n      tiles: some\n") ==
        "suite.yaml:15:14: measure.groups[0].tiles: expected 'all' or a list of tiles, got 'some'");
  CHECK(group_error("      keys: 512\n      tiles: [{q: 32, kv: 64}]\n") ==
        "suite.yaml:15:15: measure.groups[0].tiles[0]: no kernel of this group has q 32 and kv 64");
  CHECK(group_error("      keys: 512\n      tiles: []\n") ==
        "suite.yaml:15:14: measure.groups[0].tiles: expected at least one pair of tiles");
  CHECK(error(SmallSuite::group(plain) + SmallSuite::group(plain)) ==
        "suite.yaml:16:13: measure.groups[1].name: group 'g' is there twice");
}

TEST_CASE("kernels that the runner has not are refused") {
  CHECK(group_error(plain, "tiles-only.yaml") ==
        "suite.yaml:10:17: measure.groups[0].kernels[0]: kernel 'tiles-only' is none that the runner has: its "
        "file "
        "says nothing under 'runs'");
  CHECK(group_error(plain, "fast.yaml, micro.yaml") ==
        "suite.yaml:10:28: measure.groups[0].kernels[1]: microbenchmarks and other kernels are in one group; give "
        "them "
        "groups of their own");
  CHECK(group_error(plain, "") == "suite.yaml:10:16: measure.groups[0].kernels: expected at least one kernel");
  CHECK(group_error(plain, "pipelind")
            .starts_with("suite.yaml:10:17: measure.groups[0].kernels[0]: no 'pipelind' in configs/kernels"));
  CHECK(error("    - {name: m, kernels: [micro.yaml], keys: 4}\n") ==
        "suite.yaml:9:40: measure.groups[0].keys: unknown key; known: name, kernels, over, let, when, priority, "
        "cache, "
        "warm_up, "
        "repetitions");
}

TEST_CASE("every shipped measuring suite reads and expands") {
  int suites = 0;
  for (const std::string& name : list_configs("suites")) {
    INFO(name);
    const Yaml root = Yaml::load(find_config("suites", name));
    if (!is_measure_suite(root)) continue;
    ++suites;
    CHECK_FALSE(expand(parse_measure_suite(root)).empty());
  }
  CHECK(suites >= 2);
}

}  // namespace tilewright::test::TEST_FILE
