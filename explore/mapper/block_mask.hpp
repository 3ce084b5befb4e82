// What a mask leaves of the work within blocks of shared loops, and of what moves into them.
//
// A mapping of the space skips tiles in which no pair exists: whole blocks, and along ranks without a shared loop
// parts of them. Their tokens are in a row, as in sim/nest/mask_share.hpp, whose counts these are.
#pragma once

#include <span>

#include "einsum/workload.hpp"
#include "explore/mapper/rank_bits.hpp"
#include "mappings/space/plan.hpp"
#include "sim/nest/visited_share.hpp"

namespace tilewright {

class BlockMask {
 public:
  /// `shared_by`: so many heads in a row share keys. Throws InputError for a mask that leaves nothing, that is not
  /// the same for these, or whose ranks the cascade has not.
  BlockMask(const WorkloadMask& mask, const Cascade& cascade, const ByRank<double>& shapes, Count shared_by);

  [[nodiscard]] bool masked(EinsumId einsum) const { return masked_[einsum] != 0; }
  [[nodiscard]] RankId queries() const { return queries_; }
  [[nodiscard]] RankId keys() const { return keys_; }
  /// A tile of all tokens.
  [[nodiscard]] TileSize all() const {
    return {static_cast<Count>(shapes_[queries_]), static_cast<Count>(shapes_[keys_])};
  }
  /// Tokens of the tile along a rank that is queries or keys, and not split; else 0.
  [[nodiscard]] double along(RankId rank, const TileSize& tile) const;

  /// In which tiles a group of these Einsums may skip: along a rank with a shared loop, or a split one, all that
  /// the loops leave of it, the most of any Einsum that is masked; else any divisor. One of a single token where no
  /// Einsum is masked.
  [[nodiscard]] std::vector<TileSize> tiles_of(std::span<const EinsumId> einsums,
                                               std::span<const PlannedLoop> loops) const;

  double share(const TileSize& tile) { return visited_.of(tile); }
  /// Of tiles below the loops over these ranks, which are no smaller than `tile`.
  double share(const TileSize& tile, RankBits over, std::span<const PlannedLoop> loops);
  /// Of tiles that along these ranks are `tile`, and along others what the loops over `over` leave.
  double share_along(const TileSize& tile, RankBits ranks, RankBits over, std::span<const PlannedLoop> loops);
  /// Whether parts of what the loops leave are skipped along one of these ranks.
  [[nodiscard]] bool skips_along(const TileSize& tile, RankBits ranks, std::span<const PlannedLoop> loops) const;

  /// What tiles of a tensor over these ranks leave at least: all tokens that some pair has.
  [[nodiscard]] double least(RankBits ranks) const;
  /// What any blocks leave of the work at least.
  [[nodiscard]] double least() const { return visited_.pairs_left(); }

 private:
  [[nodiscard]] Count tokens(RankId whole, const std::vector<RankId>& parts, RankBits over,
                             std::span<const PlannedLoop> loops) const;

  ByRank<double> shapes_;
  RankId queries_;
  RankId keys_;
  std::vector<RankId> query_parts_;
  std::vector<RankId> key_parts_;
  ByEinsum<RankBits> iterations_;
  ByEinsum<char> masked_;
  VisitedShare visited_;
};

}  // namespace tilewright
