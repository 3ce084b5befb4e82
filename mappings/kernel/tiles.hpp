// Tiles of a kernel: how many queries and keys a thread block takes at a time.
#pragma once

#include <string>
#include <vector>

#include "common/expression.hpp"
#include "common/yaml.hpp"
#include "einsum/mask/mask.hpp"
#include "einsum/mask/properties.hpp"

namespace tilewright {

/// One extent per dimension of the layout, or one for runs of flattened tokens.
struct TileChoice {
  Extents query;
  Extents key;
  bool operator==(const TileChoice&) const = default;
};

/// What expressions of a kernel may name.
struct KernelShape {
  double q = 0;   ///< queries of a tile
  double kv = 0;  ///< keys of a tile
  double head_dim = 0;
  double value_dim = 0;
  double word_B = 0;  ///< the largest of Q, K and V: what tiles of theirs need at most
  double dimensions = 1;
  MaskProperties mask = {};  ///< of all heads and requests
};

/// q, kv, E, F, word_B, dimensions, causal, window (einsum/mask/properties.hpp): what expressions of a kernel are
/// bound to.
const Symbols& kernel_symbols();

/// These and `stages`, last: what those of a block are bound to.
const Symbols& block_symbols();

/// These and, last, the blocks before keys are split, the longest keys of one, and the multiprocessors: `blocks`,
/// `keys`, `multiprocessors`. What a number of parts is bound to.
const Symbols& split_symbols();

/// The values of kernel_symbols(), in their order.
std::vector<double> slots_of(const KernelShape& shape);

/// Tiles that a kernel has where a condition holds.
struct KernelTile {
  TileChoice tiles;
  Expression when = Expression::constant(1);  ///< of kernel_symbols() but q and kv
  std::vector<std::string> dtypes;            ///< of the runner's instances; empty: all that it runs

  /// For tiles of that many dimensions.
  [[nodiscard]] bool holds(const KernelShape& shape) const;
};

/// Extents, as in 2x8x8. Throws InputError; `what` is what they are of.
Extents read_extents(const Yaml& yaml, const std::string& what);
/// Throws InputError at `yaml` where the two tiles have different numbers of dimensions.
void require_as_many_dimensions(const Yaml& yaml, const TileChoice& tiles);

/// One pair, {q: 2x8x8, kv: 4x4x8}. Throws InputError.
TileChoice parse_tiles(const Yaml& yaml);

/// A list of {q: 2x8x8, kv: 4x4x8, when: E <= 128, dtypes: [bf16]}, the last two as wanted. Throws InputError, also
/// where tiles are there twice.
std::vector<KernelTile> parse_kernel_tiles(const Yaml& list);

/// The first whose condition holds, with an extent for each dimension of the layout; where there is none, with one
/// for all. Throws InfeasibleError where none does.
const KernelTile& default_tile(const std::string& kernel, const std::vector<KernelTile>& tiles,
                               const KernelShape& shape);

}  // namespace tilewright
