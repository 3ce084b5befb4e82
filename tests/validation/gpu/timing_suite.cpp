#include "validation/gpu/timing_suite.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/validation/gpu/little_timings.hpp"

using namespace tilewright;
using namespace tilewright::test;

namespace {

// What parsing a suite with this after the first family says.
std::string refusal(const std::string& more) {
  const LittleTimings little(LittleTimings::family + more);
  return message_of([&] { (void)parse_timing_suite(Yaml::parse(little.text(), "s.yaml")); });
}

}  // namespace

TEST_CASE("a suite of timings is told by its top key") {
  CHECK(is_timing_suite(Yaml::parse("timings: {}\n", "s.yaml")));
  CHECK_FALSE(is_timing_suite(Yaml::parse("suite: {}\n", "s.yaml")));
  CHECK_FALSE(is_timing_suite(Yaml::parse("[timings]\n", "s.yaml")));
}

TEST_CASE("a family has what it says") {
  const LittleTimings little(std::string(LittleTimings::family) +
                             "      calibration: a/b\n"
                             "      parameters: {clock_Hz: 1500 MHz}\n"
                             "      fit: [exposed, launch_s]\n"
                             "      calibrate: {long: {causal: \"no\", when: seq > 100}, all: 1}\n"
                             "      within: {time_s: {mean: 0.05}}\n");
  const TimingSuite suite = little.suite();
  const TimingFamily& family = suite.family("dense");
  CHECK(family.fit == std::vector<std::size_t>{1, 3});
  REQUIRE(family.given.size() == 1);
  CHECK(family.given[0].second == 1.5e9);
  REQUIRE(family.groups.size() == 2);
  CHECK(family.groups[0].second.texts.at("causal") == std::vector<std::string>{"no"});
  CHECK(family.groups[0].second.numbers.text() == "seq > 100");
  CHECK(family.within.at("time_s").mean == 0.05);
  CHECK_FALSE(family.within.at("time_s").worst);
}

TEST_CASE("families that make no sense are refused") {
  CHECK(refusal("      fit: [exposd]\n") ==
        "s.yaml:22:13: timings.families[0].fit[0]: no parameter 'exposd'; did you mean 'exposed'?");
  CHECK(
      refusal("      fit: [exposed]\n") ==
      "s.yaml:18:7: timings.families[0]: 'fit' and 'calibrate' go together: parameters, and the rows that they are "
      "fitted to");
  CHECK(refusal("      fit: [exposed]\n      calibrate: {all: 1}\n") ==
        "s.yaml:18:7: timings.families[0]: 'fit' needs 'calibration', the name of the file that it is written to");
  CHECK(refusal("      parameters: {exposed: 1}\n      fit: [exposed]\n") ==
        "s.yaml:23:13: timings.families[0].fit[0]: 'exposed' is given, so it cannot be fitted");
  CHECK(refusal("      parameters: {clock_Hz: 3 s}\n").find("timings.families[0].parameters.clock_Hz") !=
        std::string::npos);
  CHECK(refusal("      within: {tim_s: {mean: 1}}\n") ==
        "s.yaml:22:15: timings.families[0].within: no value 'tim_s'; did you mean 'time_s'?");
  CHECK(refusal("      baseline: {family: dens, mask: dense}\n") ==
        "s.yaml:22:17: timings.families[0].baseline: no family 'dens'; did you mean 'dense'?");
  CHECK(refusal(LittleTimings::family) == "s.yaml:22:13: timings.families[1].name: family 'dense' is there twice");
}

TEST_CASE("predictions name what there is to predict") {
  const LittleTimings little;
  CHECK(message_of([&] {
          (void)little.suite_of(little.text("        - {name: t, measured: 1, predicted: fusd_s}\n"));
        }).find("did you mean 'fused_s'?") != std::string::npos);
}
