// Advice on a mask with a window and a stride: which strides, tile shapes and nearby windows give a better bound,
// by how much they change the mask, and why they are better.
//
// A candidate is a window and a stride per dimension under a Q tile and a KV tile. What it gains is its tile bound
// (sim/bound/ladder.hpp); what it costs is its deviation: pairs that one of the two masks has and the other has
// not, over the pairs of the requested one.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "einsum/mask/arguments.hpp"
#include "explore/advice/tile_choices.hpp"
#include "sim/bound/ladder.hpp"

namespace tilewright {

struct AdviceRequest {
  Attention problem;  ///< the mask of its heads is `rule` in its layout
  Tiling tiling;
  Arguments rule;              ///< of a pattern that takes a window and a stride
  const Arch* arch = nullptr;  ///< for waves; tiles that do not fit where the requested do are left out
  /// How long a kernel takes on the architecture; throws InfeasibleError for what does not fit it. Empty: not
  /// known.
  std::function<double(const Attention&, const Tiling&)> time_s = {};
  const Baseline* baseline = nullptr;  ///< of the ladders; nullptr: dense, with the tiles of each candidate
};

/// Strides are always free, from 1 to the window.
struct SearchSpace {
  std::vector<TileChoice> tiles = {};  ///< besides the requested ones
  /// By which share the pairs may differ from the requested where the window does: of every dimension (at the
  /// requested stride) and of the whole mask. 0: the window stays as requested.
  double flops_within = 0;
  bool pad = false;  ///< dimensions may be padded to whole tiles, with tokens that are left out of the mask
  Extents least_window = {};  ///< one extent per dimension, at most the requested window; empty: 1
  int jobs = 0;               ///< threads; 0: all cores
};

struct MaskCandidate {
  Extents window;
  Extents stride;
  TileChoice tiles;
  Layout layout;            ///< padded, where that is a change
  std::string mask;         ///< as text (einsum/mask/expression.hpp)
  std::string change;       ///< from the request: "nothing", "stride", "stride and tiles", ...
  std::string reason;       ///< why its bound is better than the requested, or that it is not
  Count pairs = 0;          ///< of the mask
  Count query_tiles = 0;    ///< of tokens
  Count key_tiles = 0;      ///< of tokens, of the fixed grid
  Count visited = 0;        ///< pairs of tiles
  Count full = 0;           ///< pairs of tiles
  double computed = 0;      ///< pairs in visited tiles, padding too
  double padding = 0;       ///< of them, beyond the last token
  double deviation = 0;     ///< a fraction; 0: the requested mask
  double speedup_flop = 0;  ///< over all pairs
  double speedup_tile = 0;
  std::optional<Ladder> ladder = {};  ///< with an architecture
  std::optional<double> time_s = {};  ///< by the model of a kernel, where it fits

  [[nodiscard]] Count partial() const { return visited - full; }
  [[nodiscard]] bool fully_block_sparse() const { return visited == full; }
};

struct Advice {
  MaskCandidate requested;
  /// No candidate has a larger tile bound with no larger deviation, or a smaller deviation with no smaller bound.
  /// Ascending in deviation. Of equal ones the one with the requested tiles, then the nearest window, then the
  /// smallest stride.
  std::vector<MaskCandidate> pareto;
  MaskCandidate best;  ///< the largest tile bound, of these the smallest deviation
  /// The same tile bound, by the least change: of the stride, else the tiles, else both, else the window, ...
  MaskCandidate cheapest;
  /// The best where only the stride may change, only the tiles, both, the window, the window and the stride, ...:
  /// without those that gain nothing over a smaller change.
  std::vector<MaskCandidate> by_change;
  /// With an architecture: all of these and the best of each choice of tiles, by the time of the kernel, those that
  /// do not fit it left out; where there is no kernel, by the last rung.
  std::vector<MaskCandidate> ranked;
  double candidates = 0;               ///< considered
  std::vector<TileChoice> do_not_fit;  ///< tiles, where the requested ones do, in the architecture
};

/// Nothing once interrupted(). Throws InputError for a rule without window and stride, flat tiles, heads with
/// different masks, tiles that do not fit the layout, limits that make no sense, and a search too large to be done.
std::optional<Advice> advise(const AdviceRequest& request, const SearchSpace& space);

/// The best where only the stride may change: advise() without another choice. Nothing where trying all strides
/// would take longer than a moment.
std::optional<MaskCandidate> best_stride(const AdviceRequest& request);

}  // namespace tilewright
