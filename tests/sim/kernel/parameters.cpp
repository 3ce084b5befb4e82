#include "sim/kernel/parameters.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"

using namespace tilewright;

namespace {

std::string with(const std::string& parameters) {
  return "calibration:\n  kernel: fused\n  arch: small\n  parameters: " + parameters + "\n";
}

std::string error(const std::string& parameters) {
  return message_of([&] { (void)parse_calibration(Yaml::parse(with(parameters), "c.yaml")); });
}

}  // namespace

TEST_CASE("a calibration is read with units, and keeps defaults for what it leaves out") {
  const Calibration calibration =
      parse_calibration(Yaml::parse(with("{exposed: 0.6, launch_s: 5 us, clock_Hz: 1.5 GHz}"), "c.yaml"));
  CHECK(calibration.kernel == "fused");
  CHECK(calibration.arch == "small");
  CHECK(calibration.parameters.exposed == 0.6);
  CHECK(calibration.parameters.launch_s == Approx(5e-6));
  CHECK(calibration.parameters.clock_Hz == 1.5e9);
  CHECK(calibration.parameters.matrix_efficiency == 1);
  CHECK(calibration.parameters.mask_operations == 0);
}

TEST_CASE("every field is a key") {
  for (const ParameterField& field : parameter_fields()) {
    const auto read = parse_calibration(Yaml::parse(with(std::string("{") + field.name + ": 0.5}"), "c.yaml"));
    CHECK(read.parameters.*field.value == 0.5);
  }
}

TEST_CASE("unknown parameters and values that nothing physical has are refused") {
  CHECK(error("{exposd: 0.6}") ==
        "c.yaml:4:16: calibration.parameters.exposd: unknown key; did you mean 'exposed'?");
  CHECK(error("{exposed: 1.5}").find("calibration.parameters.exposed") != std::string::npos);
  CHECK(error("{matrix_efficiency: 0}").find("expected more than 0") != std::string::npos);
  CHECK(error("{matrix_efficiency: 2.5}") != "no error");
  CHECK(error("{clock_Hz: 1 s}") != "no error");
}
