// How one fused kernel runs a cascade on a machine of multiprocessors: its tiles, its thread blocks, the units that
// its Einsums use, what it overlaps, where it applies the mask, and in which order its blocks start. Resolved
// against a cascade and an architecture; mappings/kernel/parse.hpp reads it.
//
// One thread block has one Q tile of one head (and, with split-KV, a share of its keys) and visits KV tiles; or,
// where blocks own keys, it has one KV tile and visits Q tiles.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "arch/arch.hpp"
#include "common/expression.hpp"
#include "einsum/attention_ranks.hpp"
#include "einsum/cascade.hpp"
#include "einsum/mask/tiling.hpp"
#include "mappings/kernel/pass_counts.hpp"
#include "mappings/kernel/tiles.hpp"

namespace tilewright {

/// Ranks of the cascade: those of attention, and those of the kernel's tiles; -1 where the cascade does not have
/// it.
struct KernelRanks : AttentionRankIds {
  RankId tile = {};   ///< keys within a tile
  RankId tiles = {};  ///< tiles of keys
};

/// What a thread block asks for: expressions of kernel_symbols() and `stages`.
struct KernelBlock {
  Expression threads;
  Expression registers;  ///< of 4 B, of a thread
  Expression shared_B;
};

/// The dimensions of a head that products are computed with and tiles in shared memory have: those of the heads,
/// padded. Of kernel_symbols().
struct ComputedDims {
  Expression head_dim;
  Expression value_dim;
};

/// An operation kind of an Einsum, and the unit that does it.
struct KernelWork {
  EinsumId einsum = {};
  std::string kind;
  double per_point = 0;  ///< operations per point of the Einsum's iteration space
  UnitId unit = {};
};

/// Exponentials that vector units compute as polynomials in place of the units that have exponentials.
struct PolynomialExp {
  double share = 0;  ///< of the exponentials of a visit
  UnitId unit = {};
  std::vector<std::pair<std::string, double>> operations;  ///< kind, and how many for one exponential
};

/// To which visited tiles the element mask is applied. `visited_unless_full`: to all, or, where no tile of the
/// problem is partial, to none.
enum class ElementMask { partial, visited, visited_unless_full, none };

struct KernelSchedule {
  /// Blocks own KV tiles, and "Q tile" and "query" below are of keys. Sums over keys are then of several blocks.
  bool owns_keys = false;
  bool persistent = false;     ///< as many blocks as run at once, each taking one tile after another
  bool longest_first = false;  ///< Q tiles in order of falling work, else by `descending`
  bool descending = false;     ///< the last Q tile first
  bool queries_outer = false;  ///< all heads of a Q tile before the next Q tile, else all Q tiles of a head
  /// Where heads are outer: how many go side by side, all of them for a Q tile before the next Q tile; the heads of
  /// a sequence after those of the one before. Of swizzle_symbols() (mappings/kernel/swizzle.hpp).
  Expression swizzle = Expression::constant(1);
};

/// Where the number of parts of a Q tile's keys is stated, so many at most: num_splits of FlashAttention-3.
inline constexpr Count most_splits = 256;

/// Into how many parts the keys of a Q tile are split, each a block of its own.
struct KernelSplits {
  enum class Kind { fixed, fill_waves, keys, fit_keys, stream } kind = Kind::fixed;
  Expression count = Expression::constant(1);  ///< fixed
  /// keys: of a part. fit_keys: so many at least, and the least with which all parts run at once.
  Expression keys = Expression::constant(1);
  /// fixed, fill_waves: parts are as long as those of the Q tile with the most visits, and others have their last
  /// parts shorter or empty; else the parts of each Q tile are equally long.
  bool of_longest = false;
  // fill_waves: one part where the Q tiles fill so much of the machine; else the least number of parts whose waves
  // are so nearly as full as those of the best; at most so many.
  double enough = 1;
  double within = 1;
  double most = 1;
};

/// A kernel of its own before or after the fused one: Einsums through the outermost memory, a copy of tensors into
/// another order of tokens, the sum of the parts of a split, or what it states of itself.
struct KernelPass {
  std::string name;
  std::vector<EinsumId> einsums;
  std::vector<TensorId> moves;  ///< read and written once
  bool reduces_splits = false;  ///< happens where the keys are split
  std::optional<PassCounts> counts = {};
  double bandwidth = 1;       ///< share of the outermost memory's bandwidth that it reaches
  bool of_selection = false;  ///< chooses keys for the fused kernel, as often as the problem says
  double rate = 1;            ///< share of the rate of units
};

struct Kernel {
  std::string name;
  std::string file;
  KernelRanks ranks;
  KeyTiles key_tiles = KeyTiles::fixed;
  std::vector<KeyTiles> other_key_tiles = {};  ///< that may be chosen in place of these
  Count gather = 1;                            ///< of gathered KV tiles (Tiling::gather)
  std::vector<KernelTile> tiles;
  std::optional<TileChoice> chosen_tiles = {};  ///< in place of the first of `tiles` that holds
  Extents pad = {};  ///< the layout of the keys of windows that are padded (Workload::pad_mask()); empty: none
  std::optional<KernelBlock> block;           ///< nothing: there is no fused kernel, only passes
  std::optional<ComputedDims> computes = {};  ///< nothing: as the heads are
  double stages = 1;                          ///< KV tiles in flight or in use
  std::vector<KernelWork> work;
  std::map<EinsumId, double> visits;  ///< share of the visits in which an Einsum is computed; else 1
  PolynomialExp polynomial;
  bool softmax_under_products = false;  ///< that of a tile under the matrix products of another
  bool copies_hidden = true;            ///< KV tiles arrive while another is computed
  ElementMask element_mask = ElementMask::partial;
  KernelSchedule schedule;
  KernelSplits splits;
  std::string call = {};     ///< name of the call that it is in (mappings/kernel/call.hpp); empty: none
  bool warm_caches = false;  ///< the same call ran before
  double host_s = 0;         ///< that the host takes to launch all of the call, which nothing hides; 0: a graph
  bool pack_heads = false;   ///< query heads of one KV head share a Q tile
  std::vector<KernelPass> before;
  std::vector<KernelPass> after;
};

/// Whether it has the passes of a selection (mappings/kernel/selection_passes.hpp).
bool chooses_keys(const Kernel& kernel);

/// Whether a pass before or after the fused part computes an Einsum.
bool is_in_pass(const Kernel& kernel, EinsumId einsum);

/// Not where all that there is are passes that state themselves what they take.
bool computes_cascade(const Kernel& kernel);

/// Whether it needs to know queries, keys and heads. Not where all that there is are passes that compute Einsums,
/// of any cascade.
bool needs_attention(const Kernel& kernel);

}  // namespace tilewright
