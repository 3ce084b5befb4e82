// Tile shapes to choose from: what a family of kernels offers, or every shape of given sizes. A family is a file of
// configs/kernels/:
//
//   kernels:
//     name: some-attention
//     source: where the list is written down
//     runs:                                # for `tilewright measure`: what of the runner it is; left out: nothing
//       {operation: attention, kernels: [pipelined], head_dims: [64, 128], dtypes: [bf16, fp16]}
//     tiles:                               # for layouts of any numbers of dimensions; []: its own, not known
//       - {q: 128, kv: 128}
//       - {q: 2x8x8, kv: 4x4x8}
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "common/yaml.hpp"
#include "einsum/mask/mask.hpp"

namespace tilewright {

struct TileChoice {
  Extents query;
  Extents key;
  bool operator==(const TileChoice&) const = default;
};

/// What a family is in a plan (kernels/plan/row.hpp).
struct KernelRuns {
  std::string operation;
  std::vector<std::string> kernels;
  std::vector<Count> head_dims;     ///< empty only for microbenchmarks
  std::vector<std::string> dtypes;  ///< the same
};

struct KernelFamily {
  std::string name;
  std::string source;
  std::vector<TileChoice> tiles;
  std::optional<KernelRuns> runs = {};
};

/// Throws InputError for a file that is no list of tiles, and for one that names the same tiles twice.
KernelFamily parse_kernels(const Yaml& root);
/// One pair, {q: 2x8x8, kv: 4x4x8}.
TileChoice parse_tiles(const Yaml& yaml);
KernelFamily load_kernels(const std::filesystem::path& file);

/// Those with one extent per dimension of the layout. Throws InputError where there are none.
std::vector<TileChoice> tiles_for(const KernelFamily& kernels, const Layout& layout);

/// Every way to write both sizes as a product of so many extents, in order. Throws InputError for tiles of more
/// than 2^16 tokens, and for more than 20,000 pairs of shapes.
std::vector<TileChoice> tiles_of_size(Count query_size, Count key_size, std::size_t dimensions);

}  // namespace tilewright
