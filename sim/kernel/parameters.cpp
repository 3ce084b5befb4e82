#include "sim/kernel/parameters.hpp"

#include "common/units.hpp"

namespace tilewright {

const std::vector<ParameterField>& parameter_fields() {
  static const std::vector<ParameterField> fields{
      {"matrix_efficiency", &KernelParameters::matrix_efficiency},
      {"exposed", &KernelParameters::exposed},
      {"tile_cycles", &KernelParameters::tile_cycles},
      {"launch_s", &KernelParameters::launch_s},
      {"mask_operations", &KernelParameters::mask_operations},
      {"clock_Hz", &KernelParameters::clock_Hz},
  };
  return fields;
}

KernelParameters read_parameters(const Yaml& yaml, KernelParameters parameters) {
  std::vector<std::string> names;
  for (const ParameterField& field : parameter_fields()) names.emplace_back(field.name);
  yaml.only(names);
  const auto read = [&](const char* key, double& value, const Dimension& dimension, double most) {
    const auto given = yaml.find(key);
    if (!given) return;
    value = given->number(dimension, 0, most);
    if (value == 0 && (&value == &parameters.matrix_efficiency || &value == &parameters.clock_Hz))
      given->fail("expected more than 0, got 0");
  };
  read("matrix_efficiency", parameters.matrix_efficiency, dimension::number, 2);
  read("exposed", parameters.exposed, dimension::number, 1);
  read("tile_cycles", parameters.tile_cycles, dimension::number, 1e9);
  read("launch_s", parameters.launch_s, dimension::seconds, 1);
  read("mask_operations", parameters.mask_operations, dimension::number, 1e4);
  read("clock_Hz", parameters.clock_Hz, dimension::hertz, 1e12);
  return parameters;
}

}  // namespace tilewright
