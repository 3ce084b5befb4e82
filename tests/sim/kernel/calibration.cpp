#include "sim/kernel/calibration.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::vector<Calibration> parsed(const std::string& calibrations) {
  return parse_calibrations(
      parse_kernel_file(Yaml::parse("kernel:\n  name: fused\n  calibrations:\n" + calibrations, "k.yaml")));
}

std::string error(const std::string& calibrations) {
  return message_of([&] { (void)parsed(calibrations); });
}

const std::string two =
    "    big: {parameters: {exposed: 0.5, clock_Hz: 1 GHz}, fit: {suite: s, source: a, fitted: [exposed]}}\n"
    "    small:\n"
    "      parameters: {exposed: 0.6, tile_cycles: 100}\n"
    "      conditions:\n"
    "        blog: {parameters: {clock_Hz: 2 GHz}}\n"
    "        newer: {from: big, parameters: {launch_s: 5 us}}\n";

}  // namespace

TEST_CASE("a source's conditions are over the parameters of the architecture, or of the one that it names") {
  const auto all = parsed(two);
  REQUIRE(all.size() == 4);
  CHECK(find_calibration(all, {"fused", "big"})->parameters.exposed == 0.5);
  CHECK(find_calibration(all, {"fused", "small"})->parameters.clock_Hz == 0);
  const KernelParameters blog = find_calibration(all, {"fused", "small", "blog"})->parameters;
  CHECK(blog.exposed == 0.6);
  CHECK(blog.tile_cycles == 100);
  CHECK(blog.clock_Hz == 2e9);
  const KernelParameters newer = find_calibration(all, {"fused", "small", "newer"})->parameters;
  CHECK(newer.exposed == 0.5);
  CHECK(newer.clock_Hz == 1e9);
  CHECK(newer.launch_s == Approx(5e-6));
  CHECK(find_calibration(all, {"fused", "large"}) == nullptr);
  CHECK(find_calibration(all, {"other", "small"}) == nullptr);
  CHECK(parse_calibrations(parse_kernel_file(Yaml::parse("kernel: {name: a, runs: {}}", "k.yaml"))).empty());
}

TEST_CASE("a calibration has a name that can be read back") {
  CHECK(CalibrationName{"fused", "small", ""}.str() == "fused/small");
  CHECK(parse_calibration_name("fused/small/blog") == CalibrationName{"fused", "small", "blog"});
  for (const char* text : {"fused", "fused/", "a/b/c/d", "../../elsewhere", ""})
    CHECK(message_of([&] { (void)parse_calibration_name(text); }) ==
          std::string("expected KERNEL/ARCH or KERNEL/ARCH/SOURCE, got '") + text + "'");
}

TEST_CASE("what is wrong in calibrations is refused where it stands") {
  CHECK(error("    small: {parameter: {}}\n") ==
        "k.yaml:4:13: kernel.calibrations.small.parameter: unknown key; did you mean 'parameters'?");
  CHECK(error("    small: {fit: {source: a}}\n") ==
        "k.yaml:4:12: kernel.calibrations.small: expected 'parameters' or 'conditions'");
  CHECK(error("    small: {parameters: {exposed: 0.5}, fit: {sources: a}}\n") ==
        "k.yaml:4:47: kernel.calibrations.small.fit.sources: unknown key; did you mean 'source'?");
  CHECK(error("    small: {parameters: {exposed: 1.5}}\n").find("kernel.calibrations.small.parameters.exposed") !=
        std::string::npos);
  CHECK(error(two + "        odd: {clock_Hz: 2 GHz}\n").find("conditions.odd.clock_Hz: unknown key") !=
        std::string::npos);
  CHECK(error(two + "        odd: {from: bg, parameters: {}}\n") ==
        "k.yaml:10:21: kernel.calibrations.small.conditions.odd.from: no parameters of 'bg' to begin from; did you "
        "mean 'big'?");
  CHECK(
      error("    small: {conditions: {odd: {parameters: {}}}}\n").find("no parameters of 'small' to begin from") !=
      std::string::npos);
  CHECK(error(two + "        odd: {from: big}\n").find("missing key 'parameters'") != std::string::npos);
}

TEST_CASE("conditions of shipped kernels are the clock and the host alone") {
  int conditions = 0;
  for (const std::string& name : list_configs("kernels")) {
    const KernelFile kernel = load_kernel_file(find_kernel(name));
    if (!kernel.calibrations) continue;
    for (const auto& [arch, yaml] : kernel.calibrations->entries()) {
      if (!yaml.find("conditions")) continue;
      for (const auto& [source, of] : yaml.at("conditions").entries()) {
        INFO(name << "/" << arch << "/" << source);
        CHECK_NOTHROW(of.at("parameters").only({"clock_Hz", "launch_s"}));
        ++conditions;
      }
    }
  }
  CHECK(conditions == 16);
}

}  // namespace tilewright::test::TEST_FILE
