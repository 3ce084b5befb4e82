#include "sim/kernel/joint_calibration.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

const std::string file =
    "calibration:\n"
    "  name: serving\n"
    "  suite: rows\n"
    "  kernels: {fused: {exposed: {value: 0.5, interval: [0.4, 0.6], rows: 12}}}\n"
    "  archs: {big: {clock_Hz: {value: 1.5e9, interval: [1.4e9, 1.6e9], rows: 30}}}\n"
    "  calls: {prefill: {launch_s: {value: 4e-6, interval: [3e-6, 5e-6], rows: 40}}}\n"
    "  power: {archs: [big, bigger], static_W: {value: 400, interval: [300, 500], rows: 60}, byte_J: {value: 0, "
    "why: "
    "decided by 2 rows}}\n"
    "  refused: {kernels: {fused: {mask_operations: {value: 7, why: stops at its limit}}}}\n";

JointCalibration parsed(const std::string& text) { return parse_joint_calibration(Yaml::parse(text, "j.yaml")); }

std::string error(const std::string& section) {
  return message_of([&] { (void)parsed("calibration:\n  name: a\n  suite: s\n" + section); });
}

}  // namespace

TEST_CASE("conditions of rows are of calls, and go behind what is fitted") {
  const std::string more = "  conditions: {archs: {small: {clock_Hz: 1.98e9}, big: {clock_Hz: 1e9}}}\n";
  const JointCalibration joint = parsed(file + more);
  CHECK(joint.parameters("fused", "small", "prefill").clock_Hz == 1.98e9);
  CHECK(joint.parameters("fused", "small", "").clock_Hz == 0);
  CHECK(joint.parameters("fused", "big", "prefill").clock_Hz == 1.5e9);
  CHECK(to_yaml(parsed(to_yaml(joint))) == to_yaml(joint));
  CHECK(to_yaml(joint).find("      small:\n        clock_Hz: 1.98e+09\n") != std::string::npos);
  CHECK(joint.has(ParameterOwner::kernel, "fused"));
  CHECK_FALSE(joint.has(ParameterOwner::call, "fused"));
  CHECK(error("  conditions: {archs: {small: {clock_Hz: 0}}}\n").find("expected more than 0, got 0") !=
        std::string::npos);
  CHECK(error("  conditions: {calls: {prefill: {launch_s: 1}}}\n").find("calls: unknown key") != std::string::npos);
}

TEST_CASE("a number belongs to the kernel, the device or the call, and any three have theirs together") {
  const JointCalibration joint = parsed(file);
  const KernelParameters all = joint.parameters("fused", "big", "prefill");
  CHECK(all.exposed == 0.5);
  CHECK(all.mask_operations == 7);
  CHECK(all.clock_Hz == 1.5e9);
  CHECK(all.launch_s == 4e-6);
  const KernelParameters elsewhere = joint.parameters("fused", "never seen", "");
  CHECK(elsewhere.exposed == 0.5);
  CHECK(elsewhere.clock_Hz == 0);
  CHECK(elsewhere.launch_s == 0);
  CHECK(joint.parameters("other", "small", "decode") == KernelParameters{});
}

TEST_CASE("a joint calibration is written as it is read") {
  const JointCalibration joint = parsed(file);
  const JointCalibration again = parsed(to_yaml(joint));
  CHECK(again.name == "serving");
  CHECK(again.suite == "rows");
  CHECK(again.parameters("fused", "big", "prefill") == joint.parameters("fused", "big", "prefill"));
  const FittedNumber& exposed = again.fitted.at(ParameterOwner::kernel).at("fused").at("exposed");
  CHECK(exposed.low == 0.4);
  CHECK(exposed.high == 0.6);
  CHECK(exposed.rows == 12);
  CHECK(again.refused.at(ParameterOwner::kernel).at("fused").at("mask_operations").why == "stops at its limit");
}

TEST_CASE("what a generation of devices draws is written as it is read") {
  const JointCalibration again = parsed(to_yaml(parsed(file)));
  REQUIRE(again.power);
  CHECK(again.power->archs == std::vector<std::string>{"big", "bigger"});
  CHECK(again.power->fitted.size() == 1);
  const FittedNumber& power = again.power->fitted.at("static_W");
  CHECK(power.value == 400);
  CHECK(power.low == 300);
  CHECK(power.high == 500);
  CHECK(power.rows == 60);
  CHECK(again.power->refused.at("byte_J").why == "decided by 2 rows");
  CHECK(error("  power: {archs: [a], static: {value: 1, interval: [0, 1], rows: 9}}\n") ==
        "j.yaml:4:23: calibration.power.static: unknown key; did you mean 'static_W'?");
  CHECK(error("  power: {static_W: {value: 1, interval: [0, 1], rows: 9}}\n") ==
        "j.yaml:4:10: calibration.power: missing key 'archs'");
  CHECK(error("  power: {archs: [a], static_W: {value: 2, interval: [0, 1], rows: 9}}\n") ==
        "j.yaml:4:54: calibration.power.static_W.interval: does not hold the value 2");
}

TEST_CASE("numbers of another owner, beyond their interval or without one are refused") {
  CHECK(error("  calls: {prefill: {exposed: {value: 1, interval: [0, 1], rows: 9}}}\n") ==
        "j.yaml:4:30: calibration.calls.prefill.exposed: no parameter 'exposed' of calls; known: launch_s, "
        "pass_B_per_cycle, pass_step_cycles");
  CHECK(error("  kernels: {fused: {exposd: {value: 1, interval: [0, 1], rows: 9}}}\n") ==
        "j.yaml:4:29: calibration.kernels.fused.exposd: no parameter 'exposd' of kernels; did you mean 'exposed'?");
  CHECK(error("  kernels: {fused: {exposed: {value: 0.5, interval: [0.6, 1], rows: 9}}}\n") ==
        "j.yaml:4:53: calibration.kernels.fused.exposed.interval: does not hold the value 0.5");
  CHECK(error("  kernels: {fused: {exposed: {value: 0.5, interval: [0.6], rows: 9}}}\n") ==
        "j.yaml:4:53: calibration.kernels.fused.exposed.interval: expected two numbers");
  CHECK(error("  kernels: {fused: {exposed: {value: 2, interval: [0, 2], rows: 9}}}\n") ==
        "j.yaml:4:38: calibration.kernels.fused.exposed.value: expected a number from 0 to 1, got 2");
  CHECK(error("  kernels: {fused: {exposed: {value: 0.5, rows: 9}}}\n").find("missing key 'interval'") !=
        std::string::npos);
  CHECK(error("  refused: {fused: {}}\n").find("unknown key") != std::string::npos);
}

}  // namespace tilewright::test::TEST_FILE
