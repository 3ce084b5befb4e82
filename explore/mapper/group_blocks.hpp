// The choices of loops that a fusion group's Einsums share, and what any mapping with each of them costs at least.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "explore/mapper/group_tensors.hpp"
#include "explore/mapper/lane_bounds.hpp"
#include "explore/mapper/lane_search.hpp"
#include "explore/mapper/objective.hpp"

namespace tilewright {

class GroupBlocks {
 public:
  using Loops = std::vector<PlannedLoop>;
  /// Shared loops, and the least that any mapping with them costs.
  struct Block {
    Loops loops;
    TileSize mask_tile;
    Score least;
  };
  /// Whether nothing that costs at least this can be part of a better mapping than those that are known.
  using Excluded = std::function<bool(const Score&)>;
  using Stopped = std::function<bool()>;

  /// Of Einsums [first, last] of the cascade. All must outlive it.
  GroupBlocks(const MapProblem& problem, LaneSearch& lanes, LaneBounds& bounds, std::size_t first,
              std::size_t last);

  [[nodiscard]] const std::vector<GroupTensor>& tensors() const { return tensors_; }
  [[nodiscard]] const std::vector<EinsumId>& einsums() const { return einsums_; }
  [[nodiscard]] std::size_t index_of(TensorId tensor) const;
  /// Levels by tensor to levels by operand of the Einsum at `e` of the group.
  [[nodiscard]] std::vector<LevelId> homes_of(std::size_t e, const std::vector<LevelId>& by_tensor) const;
  [[nodiscard]] double outer_time(double bytes) const;

  /// No group of these Einsums costs less.
  [[nodiscard]] Score bound() const;
  /// Cycles of all Einsums together, units at once, at least.
  [[nodiscard]] double least_cycles() const { return least_cycles_; }

  /// All blocks that are not excluded, or those of few sizes of each tile and few orders; fewer once the search is
  /// stopped.
  enum class Sizes { few, all };
  std::vector<Block> list(Sizes sizes, const Excluded& is_excluded, const Stopped& is_stopped);
  /// Those beside a block: with the next smaller or larger tile of one rank, or two loops in the other order.
  std::vector<Block> beside(const Block& block);
  /// So many there were, excluded ones included.
  [[nodiscard]] double listed() const { return listed_; }

  /// The least that a mapping with these loops costs. Nothing where no places of its tensors fit.
  std::optional<Score> least_of(const GroupBlock& block);
  // Of the block that least_of() was asked for last:
  /// places that fit beside the smallest ones of the others, by tensor
  [[nodiscard]] const std::vector<std::vector<TensorPlace>>& places() const { return places_; }
  /// extents within the block, by rank of the cascade
  [[nodiscard]] const std::vector<double>& extents() const { return block_; }
  [[nodiscard]] const GroupBlock& block() const { return at_; }

 private:
  void find_floors();
  static void share_out(const std::vector<ByUnit<double>>& cycles, std::size_t e, ByUnit<double>& busy,
                        double& least);
  void find_ranks();
  [[nodiscard]] bool is_free(RankId rank) const;
  void choose_tile(std::size_t r);
  [[nodiscard]] bool is_of_one_group(RankId rank, double tile) const;
  void choose_batch(std::size_t r);
  [[nodiscard]] bool fills_lanes() const;
  void choose_order();
  void add_few_orders(Loops loops, std::size_t fixed);
  void add_swapped(const Loops& loops, std::vector<Block>& blocks);
  void add_resized(const Loops& loops, RankId rank, double tile, std::vector<Block>& blocks);
  void add_blocks(const Loops& loops, const Excluded& is_excluded, std::vector<Block>& blocks);
  [[nodiscard]] std::vector<TileSize> mask_tiles(const Loops& loops) const;
  bool find_places();
  void set_tiles();
  [[nodiscard]] const std::vector<double>& steps_of(EinsumId einsum);
  /// The share of its blocks that a mask leaves.
  double find_possible_homes(std::size_t e, std::vector<char>& paid);
  [[nodiscard]] double least_cycles_of_block();
  [[nodiscard]] double in_shared(const TensorPlace& place) const;
  [[nodiscard]] double shared_capacity() const;

  const MapProblem& problem_;
  LaneSearch& lanes_;
  LaneBounds& bounds_;
  std::vector<GroupTensor> tensors_;
  std::vector<EinsumId> einsums_;
  double least_cycles_ = 0;    // of all Einsums together, units at once
  double floor_J_ = 0;         // of all Einsums, wherever tensors live
  bool is_possible_ = true;    // there may be a mapping: of ranks without a shared loop, and of running values
  RankId shared_;              // the rank whose coordinates share tensors of the group
  std::vector<RankId> batch_;  // ranks with a shared loop ...
  std::vector<RankId> ranks_;  // ... and those of them whose place among the loops matters
  // Of a listing.
  ByRank<std::vector<double>> tile_sizes_;
  const Excluded* is_excluded_ = nullptr;
  const Stopped* is_stopped_ = nullptr;
  bool few_ = false;  // sizes and orders
  bool fills_lanes_ = false;
  double listed_ = 0;
  std::vector<Block> blocks_;
  std::vector<double> tiles_;  // by rank
  // Of the block at hand.
  std::vector<std::vector<TensorPlace>> places_;
  double smallest_B_ = 0;  // of the shared level, with every tensor in its smallest place
  std::vector<double> block_;
  GroupBlock at_;
  std::vector<double> steps_;  // extents of the block, of a masked Einsum within a tile of the mask
  LaneBounds::Least of_einsum_;
  std::vector<std::vector<PossibleHome>> possible_;  // by operand
  std::vector<ByUnit<double>> cycles_;               // by Einsum
};

}  // namespace tilewright
