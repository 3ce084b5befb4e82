#include "validation/gpu/timing_suite.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/validation/gpu/little_timings.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// What parsing a suite with this after the first source says.
std::string refusal(const std::string& more) {
  const LittleTimings little(LittleTimings::source + more);
  return message_of([&] { (void)parse_timing_suite(Yaml::parse(little.text(), "s.yaml")); });
}

}  // namespace

TEST_CASE("a suite of timings is told by its top key") {
  CHECK(is_timing_suite(Yaml::parse("timings: {}\n", "s.yaml")));
  CHECK_FALSE(is_timing_suite(Yaml::parse("suite: {}\n", "s.yaml")));
  CHECK_FALSE(is_timing_suite(Yaml::parse("[timings]\n", "s.yaml")));
}

TEST_CASE("a source has what it says") {
  const LittleTimings little(std::string(LittleTimings::source) +
                             "      calibration: a/b\n"
                             "      parameters: {clock_Hz: 1500 MHz}\n"
                             "      fit: [exposed, launch_s]\n"
                             "      calibrate: {long: {causal: \"no\", when: seq > 100}, all: 1}\n"
                             "      within: {time_s: {mean: 0.05}}\n");
  const TimingSuite suite = little.suite();
  const TimingSource& source = suite.source("dense");
  CHECK(source.fit == std::vector<std::size_t>{1, 3});
  CHECK(source.calibration == CalibrationName{"a", "b"});
  REQUIRE(source.given.size() == 1);
  CHECK(source.given[0].second == 1.5e9);
  REQUIRE(source.groups.size() == 2);
  CHECK(source.groups[0].second.texts.at("causal") == std::vector<std::string>{"no"});
  CHECK(source.groups[0].second.numbers.text() == "seq > 100");
  CHECK(source.within.at("time_s").mean == 0.05);
  CHECK_FALSE(source.within.at("time_s").worst);
}

TEST_CASE("a fit of power says of which architectures, and whose rows") {
  const std::string joint = "  joint: {calibration: c, half: [seq], loss: 0.1, parameters: [launch_s], power: {";
  CHECK(refusal(joint + "archs: [], rows: {when: seq > 1}}}\n").find("expected at least one architecture") !=
        std::string::npos);
  CHECK(refusal(joint + "archs: [a]}}\n").find("missing key 'rows'") != std::string::npos);
}

TEST_CASE("sources that make no sense are refused") {
  CHECK(refusal("      fit: [exposd]\n") ==
        "s.yaml:23:13: timings.sources[0].fit[0]: no parameter 'exposd'; did you mean 'exposed'?");
  CHECK(refusal("      fit: [exposed]\n") ==
        "s.yaml:19:7: timings.sources[0]: 'fit' needs 'calibrate', the rows that the parameters are fitted to");
  CHECK(refusal("      calibrate: {all: 1}\n") == "no error");
  CHECK(refusal("      fit: [exposed]\n      calibrate: {all: 1}\n") ==
        "s.yaml:19:7: timings.sources[0]: 'fit' needs 'calibration', the name of what is fitted");
  CHECK(refusal("      calibration: a\n") ==
        "s.yaml:23:20: timings.sources[0].calibration: expected KERNEL/ARCH or KERNEL/ARCH/SOURCE, got 'a'");
  CHECK(refusal("      from: a/b/c/d\n").find("expected KERNEL/ARCH or KERNEL/ARCH/SOURCE") != std::string::npos);
  CHECK(refusal("      parameters: {exposed: 1}\n      fit: [exposed]\n") ==
        "s.yaml:24:13: timings.sources[0].fit[0]: 'exposed' is given, so it cannot be fitted");
  CHECK(refusal("      parameters: {clock_Hz: 3 s}\n").find("timings.sources[0].parameters.clock_Hz") !=
        std::string::npos);
  CHECK(refusal("      within: {tim_s: {mean: 1}}\n") ==
        "s.yaml:23:15: timings.sources[0].within: no value 'tim_s'; did you mean 'time_s'?");
  CHECK(refusal("      baseline: {source: dens, mask: dense}\n") ==
        "s.yaml:23:17: timings.sources[0].baseline: no source 'dens'; did you mean 'dense'?");
  CHECK(refusal("      after: dens\n") ==
        "s.yaml:23:14: timings.sources[0].after: no source 'dens'; did you mean 'dense'?");
  CHECK(refusal(LittleTimings::source) == "s.yaml:23:13: timings.sources[1].name: source 'dense' is there twice");
}

TEST_CASE("sources without a text of a column have the suite's") {
  const LittleTimings little(
      "    - name: both\n"
      "      rows: {direction: bwd}\n"
      "      kernel: flash-attention-3\n"
      "      arch: gpu/h100-sxm5\n" +
      std::string(LittleTimings::source) + "  rows: {direction: fwd}\n");
  const TimingSuite suite = little.suite();
  CHECK(suite.sources[0].rows.texts.at("direction") == std::vector<std::string>{"bwd"});
  CHECK(suite.sources[1].rows.texts.at("direction") == std::vector<std::string>{"fwd"});
  CHECK(suite.sources[1].rows.texts.at("device") == std::vector<std::string>{"H100*"});
}

TEST_CASE("groups are of columns that every table has, and of a value") {
  const auto grouped = [](const std::string& groups) { return refusal("  groups: " + groups + "\n"); };
  CHECK(grouped("{value: time_s, by: [device, library]}") == "no error");
  CHECK(grouped("{value: tim_s, by: [device]}") ==
        "s.yaml:23:19: timings.groups.value: no value 'tim_s'; did you mean 'time_s'?");
  CHECK(grouped("{value: time_s, by: [devices]}") ==
        "s.yaml:23:31: timings.groups.by: table 'rows' has no column 'devices'; did you mean 'device'?");
  CHECK(grouped("{value: time_s, by: [device], apart_below: 50 MHz}").find("timings.groups.apart_below: ") !=
        std::string::npos);
  CHECK(grouped("{value: time_s, by: [device], below: 50 us}").find("below") != std::string::npos);
}

TEST_CASE("rows that are not predicted say which and why") {
  CHECK(refusal("  not_predicted: [{rows: {device: A100}}]\n").find("timings.not_predicted[0]") !=
        std::string::npos);
  CHECK(refusal("  not_predicted: [{why: none}]\n").find("timings.not_predicted[0]") != std::string::npos);
}

TEST_CASE("predictions name what there is to predict") {
  const LittleTimings little;
  CHECK(message_of([&] {
          (void)little.suite_of(little.text("        - {name: t, measured: 1, predicted: fusd_s}\n"));
        }).find("did you mean 'fused_s'?") != std::string::npos);
}

}  // namespace tilewright::test::TEST_FILE
