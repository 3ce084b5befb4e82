// The ladder of bounds: how much faster attention under a mask can be than a baseline (sim/bound/baseline.hpp),
// rung by rung, each a limit of the next.
//
// The time B of the baseline is fixed; a rung is B over a lower limit L of the masked time. Every rung adds a term
// to L, and with it a condition: it holds for the kernels that meet its own and those of the rungs before.
//   FLOP     L = (pairs of the mask) at the machine's rates                 any kernel
//   tile     L = (pairs in visited tiles, padding too)                      tiles are computed whole
//   traffic  L = the longer of that and of every memory's bytes             Q tiles fetch what they visit
//   selection  L = the longest of that and of units and memories with what finds the mask     finds keys so
//   waves    L = the longer of that and of the least makespan of Q tiles    a Q tile stays on one worker
// The last three need a machine, and the rung
// "selection" is there for problems with one (sim/bound/selection_floor.hpp). Where query heads share K and V, Q
// tiles may have rows of several of them (sim/bound/query_tiles.hpp). docs/masks.md has the proofs. Where the
// machine is not known, rungs are ratios of pairs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/bound/baseline.hpp"
#include "sim/bound/memory_traffic.hpp"
#include "sim/bound/selection_floor.hpp"

namespace tilewright {

/// Limit of the rung "waves" where Q tiles cannot be spread evenly; else it is that of the rung before.
inline constexpr const char* limited_by_waves = "Q tiles on workers";

struct Rung {
  std::string name;       ///< "FLOP", "tile", "traffic", "selection", "waves"
  double speedup = 0;     ///< over the baseline
  double time_s = 0;      ///< L; 0 without a machine
  std::string limit;      ///< what sets L: "pairs", units, "bytes of" a memory, or limited_by_waves
  std::string holds_for;  ///< "kernels that ..", and what the rungs before say
};

/// What the schedule of Q tiles looks like, in launch order (an estimate).
struct WaveReport {
  std::string worker;  ///< the level that they are instances of
  double workers = 0;
  double least_jobs = 0;  ///< Q tiles of any kernel that the rung holds for
  double jobs = 0;        ///< as launched: heads apart, unless a head's queries leave room in its only Q tile
  double waves = 0;
  double imbalance = 1;        ///< longest worker over mean
  double speedup = 0;          ///< over the baseline, in launch order
  double dense_imbalance = 1;  ///< of the dense problem with the same tiles: what its kernel loses by itself
};

struct Ladder {
  Baseline baseline;
  std::vector<Census> censuses;  ///< of a head by itself, by the requests and their masks
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
  double tiles_computed = 0;   ///< at least, where heads may share Q tiles; else as tiles_visited
  bool rows_counted = true;    ///< for these; else some rungs are weaker (sim/bound/query_tiles.hpp)
  double wasted_by_mask = 0;   ///< pairs of the tiles computed
  double wasted_by_padding = 0;

  // Ratios of pairs, over all pairs.
  double speedup_flop = 0;
  double speedup_tile_mean = 0;
  double speedup_tile_apart = 0;  ///< of kernels whose Q tiles have rows of one head each
  /// KV tiles over the most that a Q tile visits. Limits the speedup only where all Q tiles run at once, over a
  /// baseline that computation sets.
  double speedup_tile_worst = 0;
  bool worst_is_bound = false;  ///< with a machine: whether both are so

  std::vector<Rung> rungs;
  std::vector<MemoryTraffic> traffic;
  std::optional<SelectionFloor> selection;  ///< of the rung of that name
  std::optional<WaveReport> waves;
  /// A list of visited tiles, 4 bytes for each and for where that of each Q tile begins, where the mask is data and
  /// no rule: what block-sparse kernels read; of gathered tiles a list of their units. No bound, as there are
  /// shorter codes.
  double tile_list_B = 0;
  /// Bringing Q, K and V into tile order and O back, at the outermost memory; 0 where every tile already is a run
  /// of tokens as they are laid out.
  double permutation_B = 0;
  double permutation_s = 0;
  double speedup_with_permutation = 0;  ///< of the last rung

  [[nodiscard]] double tiles_partial() const { return tiles_visited - tiles_full; }
  [[nodiscard]] bool fully_block_sparse() const { return tiles_visited == tiles_full; }
  /// The last rung that a kernel meets which splits the keys of a Q tile over workers.
  [[nodiscard]] const Rung& with_splits() const { return waves ? rungs[rungs.size() - 2] : rungs.back(); }
};

/// Without a machine, rows and words need not be known, and the baseline is a mask. Throws InputError where no
/// head's mask has any pair, and as require_whole() does.
Ladder climb(const Attention& problem, const Tiling& tiling, const TileMachine* machine, const Baseline& baseline);
/// On an architecture, or nullptr. Throws also as tile_machine_of().
Ladder climb_on(const Arch* arch, const Attention& problem, const Tiling& tiling, const Baseline& baseline);
/// Over dense attention under the same tiling.
Ladder climb(const Attention& problem, const Tiling& tiling, const TileMachine* machine);

/// How a measured speedup over the same baseline falls short of the first rung: by rung, the factor lost there, and
/// its share of the whole gap on a logarithmic scale. The last entry is what no rung explains (below 1: the
/// measurement beats the last rung).
struct GapPart {
  std::string name;
  double factor;
  double share;
};
std::vector<GapPart> explain_gap(const Ladder& ladder, double measured);

}  // namespace tilewright
