// What is mapped onto what, with all that stays the same during a search found once: who touches which tensor
// through which ranks, how large everything is, and what a byte costs at every level.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "explore/mapper/block_mask.hpp"
#include "explore/mapper/sizes.hpp"
#include "mappings/cascade_facts.hpp"
#include "mappings/shared_rank.hpp"
#include "mappings/space/mapspace.hpp"
#include "mappings/space/plan.hpp"
#include "mappings/space/roles.hpp"
#include "sim/nest/latency.hpp"

namespace tilewright {

/// So many levels may be watched.
inline constexpr std::size_t most_watched = 4;

/// An operand, or the result, of an Einsum.
struct MappedOperand {
  TensorId tensor;
  RankBits ranks = 0;   ///< that select the element within a block; of a tensor that heads share without these
  double elements = 0;  ///< of the tensor, different ones
  double element_B = 0;
  bool result = false;
  bool accumulates = false;  ///< a result whose partial sums come again
  bool once = true;          ///< its only use by this Einsum: then lanes may keep it
};

struct MappedEinsum {
  RankBits iteration = 0;
  RankBits apart = 0;  ///< ranks whose steps do not run at once
  RankBits reduced = 0;
  double points = 0;
  std::vector<MappedOperand> operands;
  ByUnit<std::optional<PointCost>> costs;  ///< nothing where the unit cannot do it
};

/// What a workload says besides shapes and bytes.
struct MapConditions {
  const WorkloadMask* mask = nullptr;     ///< nullptr: all pairs exist
  std::optional<SharedRank> shared = {};  ///< coordinates that select the same elements of some tensors
  double groups = 1;                      ///< so many of them select different ones
};

/// Which elements of a tensor loops select.
struct TileSelection {
  RankBits ranks = 0;
  RankId shared;  ///< of these, one of which all loops together select `groups` coordinates; none
  double groups = 1;

  /// So many tiles one after another, each as often in a row as is left of its factor.
  [[nodiscard]] double of(const PlannedLoop& loop) const {
    if (!has(ranks, loop.rank)) return 1;
    return loop.rank == shared ? groups : loop.factor;
  }
};

struct MapProblem {
  /// All must outlive it. Throws InputError for what the mapper does not take.
  MapProblem(const Cascade& mapped, const Arch& target, ByRank<double> rank_shapes, ByTensor<double> bytes,
             MapConditions given = {});

  const Cascade& cascade;
  const Arch& arch;
  MapConditions conditions;
  CascadeFacts facts;
  LevelRoles roles;
  ByRank<double> shapes;
  ByTensor<double> element_B;
  ByEinsum<MappedEinsum> einsums;
  ByLevel<double> read_J_per_B;  ///< 0 where no energies are known
  ByLevel<double> write_J_per_B;
  bool knows_energy = true;
  Mapspace space;  ///< what mappings must be like besides; see constrain()
  /// Levels whose bytes matter besides their energy: the outermost one, and those with a limited bandwidth.
  std::vector<LevelId> watched;
  ByRank<SizeRule> size_rules;
  bool any_uneven = false;
  ByRank<std::vector<double>> tile_sizes;  ///< of blocks below shared loops, ascending
  ByRank<std::vector<double>> lane_sizes;  ///< numbers of lanes in any block, ascending
  std::shared_ptr<BlockMask> mask;         ///< nothing: all pairs exist

  /// Before a search: what mappings must be like, and the sizes that it names.
  void constrain(Mapspace demanded);
  /// Whether loops need not divide the rank.
  [[nodiscard]] bool uneven(RankId rank) const { return size_rules[rank].uneven(); }
  /// ... so that sizes of tiles and numbers of lanes divide it.
  [[nodiscard]] bool must_divide(RankId rank) const;
  /// Of an uneven rank, within a block that has so much of it: numbers of lanes, and tiles of a lane where so much
  /// is left for it. `whole`: the block has all of the rank. Found once, so not for several threads.
  const std::vector<double>& lanes_in(EinsumId einsum, RankId rank, double block, bool whole) const;
  const std::vector<double>& lane_tiles_in(EinsumId einsum, RankId rank, double left, bool whole) const;

  [[nodiscard]] bool shares(TensorId tensor) const {
    return conditions.shared && conditions.shared->tensors[tensor] != 0;
  }
  /// So many coordinates of the shared rank select the same.
  [[nodiscard]] double shared_by() const { return shapes[conditions.shared->rank] / conditions.groups; }
  [[nodiscard]] TileSelection selection(TensorId tensor, RankBits ranks) const;

  [[nodiscard]] bool masked(EinsumId einsum) const { return mask && mask->masked(einsum); }
  /// Of the work of an Einsum, at least.
  [[nodiscard]] double least_share(EinsumId einsum) const { return masked(einsum) ? mask->least() : 1; }

  /// The unit can compute the Einsum, and the mapspace lets it.
  [[nodiscard]] bool runs_on(EinsumId einsum, UnitId unit) const;
  [[nodiscard]] Role role_of(LevelId level) const;
  [[nodiscard]] RankBits bits(const IdSet<RankId>& ranks) const;
  /// The product of the shapes.
  [[nodiscard]] double box(RankBits ranks) const;

 private:
  void find_sizes();

  using PartOf = std::tuple<EinsumId, RankId, double, bool>;
  mutable std::map<PartOf, std::vector<double>> lanes_in_;
  mutable std::map<PartOf, std::vector<double>> lane_tiles_in_;
};

}  // namespace tilewright
