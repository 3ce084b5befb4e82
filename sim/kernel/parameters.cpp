#include "sim/kernel/parameters.hpp"

#include <fmt/format.h>

namespace tilewright {

const std::vector<ParameterField>& parameter_fields() {
  using Owner = ParameterOwner;
  using Parameters = KernelParameters;
  static const std::vector<ParameterField> fields{
      {"matrix_efficiency", &Parameters::matrix_efficiency, Owner::kernel, dimension::number, 2, false},
      {"exposed", &Parameters::exposed, Owner::kernel, dimension::number, 1, true},
      {"tile_cycles", &Parameters::tile_cycles, Owner::kernel, dimension::number, 1e9, true},
      {"launch_s", &Parameters::launch_s, Owner::call, dimension::seconds, 1, true},
      {"mask_operations", &Parameters::mask_operations, Owner::kernel, dimension::number, 1e4, true},
      {"clock_Hz", &Parameters::clock_Hz, Owner::arch, dimension::hertz, 1e12, false},
      {"memory_efficiency", &Parameters::memory_efficiency, Owner::arch, dimension::number, 1, false},
      {"pass_B_per_cycle", &Parameters::pass_B_per_cycle, Owner::call, dimension::bytes, 1e6, true},
      {"pass_step_cycles", &Parameters::pass_step_cycles, Owner::call, dimension::number, 1e9, true},
  };
  return fields;
}

void check_parameter(const Yaml& yaml, const ParameterField& field, double value) {
  if (value == 0 && !field.zero) yaml.fail("expected more than 0, got 0");
  if (!(value >= 0 && value <= field.most))
    yaml.fail(fmt::format("expected a number from 0 to {:g}, got {:g}", field.most, value));
}

KernelParameters read_parameters(const Yaml& yaml, KernelParameters parameters) {
  std::vector<std::string> names;
  for (const ParameterField& field : parameter_fields()) names.emplace_back(field.name);
  yaml.only(names);
  for (const ParameterField& field : parameter_fields()) {
    const auto given = yaml.find(field.name);
    if (!given) continue;
    parameters.*field.value = given->number(field.dimension, 0, field.most);
    check_parameter(*given, field, parameters.*field.value);
  }
  return parameters;
}

}  // namespace tilewright
