// What a transfer moves where loops do not divide their ranks, so that last tiles are smaller.
#pragma once

#include <utility>
#include <vector>

#include "mappings/sized_tree.hpp"
#include "sim/nest/tile_walk.hpp"

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
  using Does = TileWalk::Does;

  double count(const Transfer& transfer, const SizedTree& sized, Of of);
  void find_path(const Transfer& transfer, Of of);
  void add(NodeId loop, Does does, Does again, const Tile& tile);
  void measure_tile(const Tile& tile);

  const SizedTree* sized_ = nullptr;
  TileWalk walk_;
  std::vector<std::pair<NodeId, TileWalk::Loop>> path_;
};

}  // namespace tilewright
