// The ladder of bounds: how much faster attention under a mask can be than dense attention, rung by rung, each a
// limit of the next.
//
// Baseline of every rung: all pairs of the flattened tokens, without padding, on the same machine at its full rate,
// spread evenly, or as long as its bytes take where that is longer. Its time B is fixed; a rung is B over a lower
// limit L of the masked time, and every rung adds a term to L:
//   FLOP     L = (pairs of the mask) at the machine's rate
//   tile     L = (pairs in visited tiles, padding too): a tile is computed whole; query heads share Q tiles where
//            one has room for several (sim/bound/shared_tiles.hpp)
//   traffic  L = the longer of that and of every memory's bytes at its bandwidth (with a machine)
//   waves    L = the longer of that and of the least makespan of Q tiles on workers (with a machine)
// docs/masks.md has the proofs. Where the machine is not known, rungs are ratios of pairs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/bound/shared_tiles.hpp"
#include "sim/bound/tile_machine.hpp"

namespace tilewright {

/// Limit of the rung "waves" where Q tiles cannot be spread evenly; else it is that of the rung before.
inline constexpr const char* limited_by_waves = "Q tiles on workers";

struct Rung {
  std::string name;    ///< "FLOP", "tile", "traffic", "waves"
  double speedup = 0;  ///< over the baseline
  double time_s = 0;   ///< L; 0 without a machine
  std::string limit;   ///< what sets L, in words
};

/// Bytes of one memory: of the whole problem, all heads and batches.
struct MemoryTraffic {
  std::string level;
  double query_B = 0;  ///< Q read, where it sees any key
  double key_value_B = 0;
  double output_B = 0;
  /// The list of tiles (a number of 4 bytes for each, and where the list of each Q tile begins), where the mask is
  /// data and no rule.
  double metadata_B = 0;
  double time_s = 0;

  [[nodiscard]] double sum_B() const { return query_B + key_value_B + output_B + metadata_B; }
};

/// What the schedule of Q tiles looks like, in launch order (an estimate).
struct WaveReport {
  std::string worker;  ///< the level that they are instances of
  double workers = 0;
  double jobs = 0;
  double waves = 0;
  double imbalance = 1;        ///< longest worker over mean
  double speedup = 0;          ///< over the baseline, in launch order
  double dense_imbalance = 1;  ///< of the dense problem with the same tiles: what its kernel loses by itself
};

struct Ladder {
  std::vector<Census> censuses;     ///< of a head by itself, by the requests and their masks
  std::vector<SharedTiles> shared;  ///< by the same
  // Per head of a sequence, on average where heads or requests differ.
  double all_pairs = 0;  ///< of the dense problem
  double pairs = 0;
  double tiles_visited = 0;
  double tiles_full = 0;
  double tiles_empty = 0;
  double tiles_dense = 0;
  double query_tiles = 0;
  double tiles_worst = 0;      ///< of any Q tile of any head and request
  double key_tiles = 0;        ///< of the fixed grid; of the longest request
  double dense_key_tiles = 0;  ///< of flattened tokens; of the longest request
  double tiles_computed = 0;   ///< as tiles_visited, where heads share Q tiles their share of a visit; at least
  double wasted_by_mask = 0;   ///< pairs of the tiles computed
  double wasted_by_padding = 0;

  double speedup_flop = 0;
  double speedup_tile_mean = 0;
  /// KV tiles over the most that a Q tile visits. Limits the speedup only where all Q tiles run at once, over a
  /// baseline that computation sets.
  double speedup_tile_worst = 0;
  bool worst_is_bound = false;  ///< with a machine: whether both are so

  double baseline_s = 0;       ///< 0 without a machine
  std::string baseline_limit;  ///< "compute", or "bytes of" a memory; empty without a machine
  std::vector<Rung> rungs;
  std::vector<MemoryTraffic> traffic;
  std::optional<WaveReport> waves;
  /// Bringing Q, K and V into tile order and O back, at the outermost memory; 0 where every tile already is a run
  /// of tokens as they are laid out.
  double permutation_B = 0;
  double permutation_s = 0;
  double speedup_with_permutation = 0;  ///< of the last rung

  [[nodiscard]] double tiles_partial() const { return tiles_visited - tiles_full; }
  [[nodiscard]] bool fully_block_sparse() const { return tiles_visited == tiles_full; }
};

/// Without a machine, rows and words need not be known. Throws InputError where no head's mask has any pair, and as
/// require_whole() does.
Ladder climb(const Attention& problem, const Tiling& tiling, const TileMachine* machine);

/// How a measured speedup over the same baseline falls short of the first rung: by rung, the factor lost there, and
/// its share of the whole gap on a logarithmic scale. The last entry is what no rung explains (below 1: the
/// measurement beats the last rung, so its baseline was slower than the one named here).
struct GapPart {
  std::string name;
  double factor;
  double share;
};
std::vector<GapPart> explain_gap(const Ladder& ladder, double measured);

}  // namespace tilewright
