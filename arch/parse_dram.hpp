// YAML to DramStandard (configs/drams/ has examples), and what an architecture file says of a level's DRAM:
//
//   - {name: DRAM, dram: {standard: hbm2e, channels: 8}, ...}
//
// The standard is a name of configs/drams/ or a file beside the architecture file.
#pragma once

#include "arch/dram.hpp"
#include "arch/values.hpp"
#include "common/yaml.hpp"

namespace tilewright {

/// `name` is what results call it. Throws InputError for what is missing, unknown or no whole number, and for times
/// and sizes that cannot be of one DRAM: bursts or data that overlap on the bus, rows that bursts do not fill,
/// refreshes that leave no time.
DramStandard parse_dram_standard(const Yaml& root, const std::string& name);

/// The `dram` of a level. Throws InputError also where there is no such standard.
Dram read_dram(const Yaml& yaml, const ArchValues& values);

}  // namespace tilewright
