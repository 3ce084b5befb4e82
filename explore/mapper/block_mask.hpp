// What a mask leaves of the work within blocks of shared loops, and of what moves above them.
//
// A mapping of the space skips whole blocks: those in which no pair exists. Tokens of a block are in a row, as in
// sim/nest/mask_share.hpp, whose counts these are.
#pragma once

#include <span>

#include "einsum/workload.hpp"
#include "explore/mapper/rank_bits.hpp"
#include "mappings/space/plan.hpp"
#include "sim/nest/visited_share.hpp"

namespace tilewright {

class BlockMask {
 public:
  /// Throws InputError for a mask that leaves nothing, or whose ranks the cascade has
  /// not.
  BlockMask(const WorkloadMask& mask, const Cascade& cascade, const ByRank<double>& shapes);

  [[nodiscard]] bool masked(EinsumId einsum) const { return masked_[einsum] != 0; }
  [[nodiscard]] RankId queries() const { return queries_; }
  [[nodiscard]] RankId keys() const { return keys_; }

  /// Tokens of a block of the Einsums: of each, within those loops that it iterates, the most of any that is
  /// masked. 1 where none is.
  [[nodiscard]] TileSize block_of(std::span<const EinsumId> einsums, std::span<const PlannedLoop> loops) const;

  /// Of tiles below the loops over these ranks, which are no smaller than a block.
  double share(const TileSize& block, RankBits over, std::span<const PlannedLoop> loops);

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
