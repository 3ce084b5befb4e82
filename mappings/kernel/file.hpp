// A file of configs/kernels/: all that is known of one kernel, in sections that different folders read.
//
//   kernel:
//     name: fused
//     description: one line
//     source: where the facts are from
//     runs: {...}                                # what of the runner it is (measure/kernel_runs.hpp)
//     tiles:                                     # any may be asked for; where nobody asks, the first that holds
//       - {q: 128, kv: 128, when: E <= 128}
//       - {q: 8x8, kv: 8x16, dtypes: [bf16]}     # instances for some of the data types that it runs
//     chooses_tiles: false                       # true: it takes the first that holds, and nobody can ask
//     model: {...}                               # how it runs a cascade (mappings/kernel/parse.hpp)
//     calibrations: {...}                        # fitted numbers by architecture (sim/kernel/calibration.hpp)
//     serves: {archs: [machine], masks: [dense, causal]}    # what map takes it for (mappings/kernel/serves.hpp)
//
// A kernel that only runs has no model, one of somebody else is not run. A file of another kernel may choose what
// that one leaves open (mappings/kernel/kernel_choice.hpp), and has all else from it:
//
//   kernel:
//     from: fused
//     choose: {q_tile: 64, kv_tile: 128}
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "common/yaml.hpp"
#include "mappings/kernel/kernel_choice.hpp"
#include "mappings/kernel/serves.hpp"
#include "mappings/kernel/tiles.hpp"

namespace tilewright {

struct KernelFile {
  Yaml yaml;  ///< the value of `kernel`
  std::string name;
  std::string description = {};
  std::string source = {};
  std::vector<KernelTile> tiles = {};  ///< empty: there are none to choose, or they are not known
  bool chooses_tiles = false;
  std::optional<Yaml> runs = {};
  std::optional<Yaml> model = {};
  std::optional<Yaml> calibrations = {};
  KernelService serves = {};
  std::optional<Yaml> choose = {};  ///< of a file of another kernel, whose are all the others
  KernelChoice chosen = {};
};

/// Whether a file is of a kernel: its top key is `kernel`.
bool is_kernel(const Yaml& root);

/// Throws InputError for unknown keys, wrong tiles, and a file that says nothing of its kernel. The sections are
/// read by those that use them.
KernelFile parse_kernel_file(const Yaml& root);
KernelFile load_kernel_file(const std::filesystem::path& file);

/// A file by a name below configs/kernels (after gpu/ too, as before release 0.2), or a path.
std::filesystem::path find_kernel(const std::string& name);
/// The file of a mapping by its name: a nest of loops below configs/mappings, a kernel below configs/kernels, or a
/// path. Throws InputError with the nearest name, and for a name that is in both.
std::filesystem::path find_mapping(const std::string& name);

/// Tiles with one extent per dimension of the layout, for the heads and words of `shape`: those that may be asked
/// for, or the one that the kernel takes. Throws InputError where there are none.
std::vector<TileChoice> tiles_for(const KernelFile& kernel, const Layout& layout, KernelShape shape);

}  // namespace tilewright
