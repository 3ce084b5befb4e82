// How much moves into a tile below loops that do not divide their ranks, so that last tiles are smaller: a walk
// over the loops above the tile that tells, at each, the iterations with full tiles from the one that has the
// rank's last coordinate. Its cost is in the number of loops, not of iterations, and twice as much for each such
// rank.
#pragma once

#include <vector>

#include "common/id_set.hpp"
#include "einsum/cascade.hpp"

namespace tilewright {

class TileWalk {
 public:
  enum class Does {
    select,  ///< a temporal loop that selects another tile
    spread,  ///< a spatial one: each instance stays with its own, and counts its own turns
    repeat,  ///< a temporal loop that selects the same tile
    copy,    ///< instances with the same tile, each of which counts
    merge    ///< instances with the same tile, which count once
  };
  struct Loop {
    RankId rank;
    Does does;
    double times;
    double last;         ///< index of the iteration that has the rank's last coordinate
    bool turns = false;  ///< the tile is gone at the next iteration, though it be the same
  };
  /// Coordinates of the tile along a rank that loops do not divide: of a full tile, and of the last one.
  struct Edge {
    RankId rank;
    double full;
    double last;
  };
  using Ranks = IdSet<RankId>;

  // What is counted; all to be set before count().
  std::vector<Loop> path;    ///< outermost first
  Ranks imperfect;           ///< ranks that their loops do not divide
  std::vector<Edge> edges;   ///< of these, as far as the tile has them
  double even_elements = 0;  ///< of the tile, along all other ranks
  bool stays = false;        ///< a tile is not moved again for loops that select the same
  bool first_only = false;   ///< what moves again does not count

  /// Elements that move.
  double count();

 private:
  enum Instance : std::size_t { before, at, after };
  /// A set of the imperfect ranks that loops run over: those along which the iterations of the loops so far are the
  /// ones with the last coordinate.
  using LastRanks = std::size_t;

  void number_ranks();
  [[nodiscard]] LastRanks bit_of(RankId rank) const;
  [[nodiscard]] double over_instances(std::size_t i, double instances);
  [[nodiscard]] double elements();
  void add_loop(const Loop& loop, Instance instance, LastRanks rank);
  [[nodiscard]] double tile_elements(LastRanks last) const;

  std::vector<RankId> ranks_;    ///< imperfect ones with a loop
  std::vector<LastRanks> bits_;  ///< by loop: its rank, where that is one of these
  /// Of a loop that spreads, the instances at hand: before, at or after the one with the last coordinate.
  std::vector<Instance> instance_;
  // Of the loops from one on, by the ranks that are at their last coordinate above them:
  std::vector<double> elements_;  ///< that move
  std::vector<double> tiles_;     ///< that an instance has in turn
};

}  // namespace tilewright
