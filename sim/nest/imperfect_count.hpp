// What a transfer moves where loops do not divide their ranks, so that last tiles are smaller: a walk over the
// loops above the tile that tells, at each, the iterations with full tiles from the one that has the rank's last
// coordinate. Its cost is in the number of loops, not of iterations.
#pragma once

#include <vector>

#include "mappings/sized_tree.hpp"

namespace tilewright {

class ImperfectCount {
 public:
  /// Which movements are counted.
  enum class Of {
    wants,     ///< of instances below one of the parent that want the same tile at the same time, one
    instances  ///< each instance's own
  };

  /// Whether a loop above the transfer's tile does not divide its rank.
  [[nodiscard]] static bool concerns(const Transfer& transfer, const SizedTree& sized);

  /// Elements that move between the tile and its parent. The tree must be imperfect.
  double moved(const Transfer& transfer, const SizedTree& sized, Of of);
  /// Of them, those that move for the first time between an instance of the parent and its children.
  double first(const Transfer& transfer, const SizedTree& sized, Of of);

 private:
  enum class Does {
    select,  ///< a temporal loop that selects another tile
    spread,  ///< a spatial one: each instance stays with its own, and counts its own turns
    repeat,  ///< a temporal loop that selects the same tile
    copy,    ///< instances with the same tile, each of which counts
    merge    ///< instances with the same tile, which count once
  };
  struct PathLoop {
    NodeId node;
    RankId rank;
    Does does;
    double times;
    double last;  ///< index of the iteration that has the rank's last coordinate
  };
  enum Instance : std::size_t { before, at, after };
  using Ranks = IdSet<RankId>;

  double count(const Transfer& transfer, const SizedTree& sized, Of of);
  void find_path(const Transfer& transfer, Of of);
  void add(NodeId loop, Does does, Does again, const Tile& tile);
  void measure_tile(const Tile& tile);
  [[nodiscard]] double over_instances(std::size_t i, double instances);
  [[nodiscard]] double elements(std::size_t i, Ranks last) const;
  [[nodiscard]] double tiles(std::size_t i, Ranks last) const;
  [[nodiscard]] double tile_elements(const Ranks& last) const;

  const SizedTree* sized_ = nullptr;
  bool stays_ = false;  ///< a tile is not moved again for loops that select the same
  bool first_ = false;  ///< what moves again does not count
  std::vector<PathLoop> path_;
  /// Of a loop that spreads, the instances at hand: before, at or after the one with the last coordinate.
  std::vector<Instance> instance_;
  double even_elements_ = 0;  ///< the tile's, along ranks that loops divide
  struct Edge {
    RankId rank;
    double full;
    double last;
  };
  std::vector<Edge> edges_;  ///< coordinates of the tile along the other ranks
};

}  // namespace tilewright
