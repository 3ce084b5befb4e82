// The tensors of a fusion group: who uses them, where they may live, and what moves between the outermost level and
// the shared one for each choice.
#pragma once

#include <span>
#include <vector>

#include "explore/mapper/problem.hpp"
#include "mappings/space/plan.hpp"

namespace tilewright {

struct GroupTensor {
  TensorId tensor;
  RankBits ranks = 0;      ///< that select elements, by all users in the group
  TileSelection selects;   ///< the same
  RankBits iteration = 0;  ///< of all users in the group
  RankBits written = 0;    ///< of the writer in the group; 0: there is none
  bool read = false;       ///< in the group
  bool fetched = false;    ///< comes from outside of the group
  bool leaves = false;     ///< written in the group, and wanted outside
  bool accumulates = false;
  bool handed = false;  ///< from one Einsum of the group to another, which run at once: held twice
  RankId older;         ///< a reader in the group wants the value of the step before along this rank
  double bytes = 0;
  double element_B = 0;
  std::vector<LevelId> lanes;  ///< levels of lanes that every user can take it from, on some unit
  EinsumId reader;             ///< the first of the group, and
  EinsumId writer;             ///< none where there is none

  [[nodiscard]] bool internal() const { return !fetched && !leaves; }
};

/// Einsums [first, last] of the cascade in one group.
std::vector<GroupTensor> tensors_of(const MapProblem& problem, std::size_t first, std::size_t last);

/// Whether a running value is written in another group than one that takes it step by step: its history is kept
/// nowhere.
bool splits_history(const MapProblem& problem, std::size_t first, std::size_t last);

/// One place for a tensor: the level that Einsums find it in, below so many of the shared loops.
struct TensorPlace {
  LevelId level;
  int below = 0;
  double held_B = 0;    ///< of the level, all instances: of lanes as much in each as in the fullest
  bool spread = false;  ///< over several of its instances
  double outer_read_B = 0;
  double outer_write_B = 0;
  double shared_read_B = 0;
  double shared_write_B = 0;
  double energy_J = 0;  ///< of these
  // In any mapping with the tensor there, above the floors of its Einsums (LaneSearch::Floor):
  double least_energy_J = 0;
  double least_outer_B = 0;
};

/// Blocks of shared loops of a group, and in which tiles a mask skips there.
struct GroupBlock {
  std::span<const PlannedLoop> loops;
  TileSize tile{1, 1};
};

/// All places below these loops that lose nothing: above them all, or just below one that selects another tile;
/// below others a tile is as large and comes as often. What is most often good comes first. `fitting`: only those
/// that their level has room for.
std::vector<TensorPlace> places_of(const MapProblem& problem, const GroupTensor& tensor, const GroupBlock& block,
                                   bool fitting);

/// What a mask leaves of the elements of a tensor in any mapping, at least.
double least_share(const MapProblem& problem, const GroupTensor& tensor);

/// How operands of an Einsum come into blocks that are all of them alike.
struct IntoBlock {
  double share = 1;  ///< of the tiles of the mask that are visited
  /// How often a tile below all loops comes for each that there is: the factors of those over the Einsum's ranks
  /// that do not select another one, but for the innermost run of these where it stays. To be multiplied with the
  /// share, as is the next.
  double stays = 1;
  double first = 1;  ///< of the elements, those that are ever touched
  /// How often any tile of lanes comes at least: it stays, but where parts of a block are skipped along a rank that
  /// selects another one.
  double least = 1;
};
/// With `turns` a tile makes room for those of other Einsums of the group.
IntoBlock into_block(const MapProblem& problem, EinsumId einsum, const MappedOperand& operand,
                     const GroupBlock& block, bool turns);
/// IntoBlock::share of all its operands.
double visited_share(const MapProblem& problem, EinsumId einsum, const GroupBlock& block);

}  // namespace tilewright
