// What a suite of timings says of its sources (timing_suite.hpp).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/yaml.hpp"
#include "validation/gpu/timing_suite.hpp"

namespace tilewright {

/// Devices by the text of a column.
struct DeviceTexts {
  std::string column;
  std::vector<std::pair<std::string, Yaml>> devices;
};

DeviceTexts read_devices(const Yaml& yaml);
/// Those with `archs` once for each device that they name, which these texts know.
std::vector<TimingSource> read_sources(const Yaml& yaml, const std::optional<DeviceTexts>& texts);
/// Of parameter_fields(), by name; what is not there is refused `at` that place.
std::size_t field_of(const Yaml& at, const std::string& name);

}  // namespace tilewright
