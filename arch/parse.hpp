// YAML to Arch. By example (configs/archs/ has more):
//
//   arch:
//     name: small-array
//     parameters: {N: 16, rows: 512}       # numbers or expressions of the parameters before them
//     clock_Hz: 940 MHz                    # also: sustained_clock_Hz, launch_s, block_launch_s, static_W
//     levels:                              # a parent stands before its children
//       - {name: DRAM, bandwidth_B_per_s: 400 GiB/s, access_B: 8 B, read_J: 249.6 pJ, write_J: 249.6 pJ}
//         # or, of the outermost, dram: {standard: hbm2e, channels: 8}, of which the bandwidth follows
//         (parse_dram.hpp)
//       - name: buffer
//         parent: DRAM
//         capacity_B: rows * 512           # of one instance
//         ...                              # instances, charged_instances, multicast, reduction, area_m2
//       - {name: shared, parent: buffer, access_B: 128 B, latency_s: 29 / 1.4 GHz, ...}
//         # of models of kernels also: partitions (that each keep a copy of what all read), achievable_B_per_s
//           # where thread blocks run: threads: 2048, blocks: 32, block_B: 1 KiB
//     units:
//       - name: array
//         lanes: N * N
//         chained: false
//         operations:
//           multiply_add: {cycles: 1, energy_J: 17.1645 pJ}
//             # cycles_by_word_B: {1: 0.5}   # operands of at most 1 B an element take half a cycle
//             # energy_J_by_word_B: {1: 9 pJ}   # and that energy
//           exp: {made_of: {multiply_add: 6}}
//         area_m2: N * N * 1545 um2
//       - {name: slow_array, alternative_to: array, ...}     # the same hardware, used in another way
//     other_area_m2: 2 um2
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "arch/arch.hpp"
#include "common/yaml.hpp"

namespace tilewright {

class ArchValues;

/// A read architecture file, from which architectures with other parameters can be made.
class ArchFile {
 public:
  static ArchFile load(const std::filesystem::path& file);
  explicit ArchFile(Yaml root) : root_(std::move(root)) {}

  /// The architecture with some parameters set to other values. Throws InputError for a parameter that the file
  /// has not, and for everything that is wrong in the file.
  [[nodiscard]] Arch with(const std::map<std::string, double>& parameters = {}) const;
  /// Parameters that what is read above depends on, itself or by other parameters. Mappings may use the others.
  [[nodiscard]] std::set<std::string> used_parameters(const std::map<std::string, double>& parameters) const;

 private:
  Arch read(ArchValues& values) const;

  Yaml root_;
};

}  // namespace tilewright
