#include "sim/kernel/parameters.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

KernelParameters read(const std::string& parameters, const KernelParameters& over = {}) {
  return read_parameters(Yaml::parse(parameters, "p.yaml"), over);
}

std::string error(const std::string& parameters) {
  return message_of([&] { (void)read(parameters); });
}

}  // namespace

TEST_CASE("parameters are read with units, over others") {
  const KernelParameters parameters = read("{exposed: 0.6, launch_s: 5 us, clock_Hz: 1.5 GHz}");
  CHECK(parameters.exposed == 0.6);
  CHECK(parameters.launch_s == Approx(5e-6));
  CHECK(parameters.clock_Hz == 1.5e9);
  CHECK(parameters.matrix_efficiency == 1);
  CHECK(parameters.mask_operations == 0);
  const KernelParameters over = read("{clock_Hz: 1 GHz}", parameters);
  CHECK(over.exposed == 0.6);
  CHECK(over.clock_Hz == 1e9);
}

TEST_CASE("every parameter has a name that files know") {
  for (const ParameterField& field : parameter_fields())
    CHECK(read(std::string("{") + field.name + ": 0.5}").*field.value == 0.5);
}

TEST_CASE("what no parameter can be is refused") {
  CHECK(error("{exposd: 1}") == "p.yaml:1:2: exposd: unknown key; did you mean 'exposed'?");
  CHECK(error("{exposed: 1.5}").find("exposed: expected a number from 0 to 1") != std::string::npos);
  CHECK(error("{matrix_efficiency: 0}").find("expected more than 0") != std::string::npos);
  CHECK(error("{clock_Hz: 5 us}").find("clock_Hz") != std::string::npos);
}

}  // namespace tilewright::test::TEST_FILE
