// How much of a mapping's work a mask leaves: an iteration of the loops over queries and keys is skipped where no
// pair of its tile exists, so the loops above any point run as often as the census visits tiles of that size.
//
// Loops that skip are temporal ones and independent instances; lanes in step run where any of them does. A tile is
// never smaller than what the fused Einsums of a group do in one step, or than the tile that the mapping states.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "einsum/workload.hpp"
#include "mappings/sized_tree.hpp"
#include "sim/nest/slowest_instance.hpp"
#include "sim/nest/visited_share.hpp"

namespace tilewright {

/// Loop nodes above a point, in any order; those over other ranks make no difference.
struct SkippingLoops {
  std::vector<NodeId> skipping;  ///< an iteration in which nothing exists is skipped
  std::vector<NodeId> in_step;   ///< lanes that run where any of them does
};

class MaskShare {
 public:
  /// All three must outlive it. Throws InputError for ranks that the cascade has not, or that no Einsum has both
  /// of.
  MaskShare(const WorkloadMask& mask, const Cascade& cascade, const Mapping& mapping);

  /// Makes the mask for its shapes; the sized tree must stay until the next call. Throws InputError where its
  /// layout, or a stated tile, does not fit them.
  void prepare(const SizedTree& sized);

  [[nodiscard]] bool masked(EinsumId einsum) const { return masked_[einsum] != 0; }

  /// The share of the iterations that is not skipped, for an Einsum that is masked.
  double share(EinsumId einsum, const SkippingLoops& loops);
  double share(const Leaf& leaf) { return share(leaf.einsum, loops_of(leaf)); }
  /// The share of an Einsum's time: like its share of points, but with independent instances the slowest counts.
  double time_share(const Leaf& leaf);

  /// Adds a spatial loop to those that skip, if its instances are independent, or to those in step.
  void add_lanes(SkippingLoops& loops, NodeId node) const;

  /// Shares of all pairs, keys and queries that the mask leaves at least: for bounds.
  [[nodiscard]] double pairs_left() const { return tiles_.pairs_left(); }
  [[nodiscard]] double keys_left() const { return tiles_.keys_left(); }
  [[nodiscard]] double queries_left() const { return tiles_.queries_left(); }
  [[nodiscard]] RankId queries() const { return queries_.whole; }
  [[nodiscard]] RankId keys() const { return keys_.whole; }
  [[nodiscard]] bool is_query(RankId rank) const;
  [[nodiscard]] bool is_key(RankId rank) const;
  [[nodiscard]] RankId heads() const { return heads_; }
  /// How many tokens apart two coordinates of a rank of queries or keys are; 1 for any other.
  [[nodiscard]] Count tokens_apart(RankId rank) const;
  /// What one iteration of the loops selects of queries and keys: never less than the group's base tile.
  [[nodiscard]] TileSize tile(EinsumId einsum, const SkippingLoops& loops) const;
  [[nodiscard]] SkippingLoops loops_of(const Leaf& leaf) const;
  /// What a group skips at once.
  [[nodiscard]] TileSize base_tile(GroupId group) const { return base_[group]; }
  [[nodiscard]] const VisitedShare& tiles() const { return tiles_; }

 private:
  struct MaskedRank {
    RankId whole;
    std::vector<RankId> parts;
    const Extents* tile = nullptr;  ///< stated by the mapping
  };

  [[nodiscard]] MaskedRank find(const std::string& name) const;
  [[nodiscard]] double shape(RankId rank) const;
  // A loop that skips, or whose lanes are in step.
  struct Step {
    NodeId node;
    bool skips;
  };

  // In the order of the nest.
  [[nodiscard]] std::vector<Step> steps_of(const SkippingLoops& loops) const;
  [[nodiscard]] Count extent(const MaskedRank& rank, const std::vector<Step>& steps) const;
  [[nodiscard]] const Loop& loop(NodeId node) const;
  void find_base_tiles();
  void widen_base(GroupId id, TileSize& base) const;
  void make_masks();
  [[nodiscard]] std::vector<TimedLoop> timed_loops(const Leaf& leaf) const;
  double slowest_share(const std::vector<TimedLoop>& loops, const TileSize& tile) const;

  const WorkloadMask& mask_;
  const Cascade& cascade_;
  const Mapping& mapping_;
  MaskedRank queries_;
  MaskedRank keys_;
  RankId heads_ = {};
  ByEinsum<char> masked_;
  const SizedTree* sized_ = nullptr;
  ByEinsum<GroupId> group_of_;
  ByGroup<TileSize> base_;
  VisitedShare tiles_;
  std::map<std::pair<TileSize, std::vector<TimedLoop>>, double> time_shares_;
};

}  // namespace tilewright
