// What a tree needs of every level's capacity.
#pragma once

#include <vector>

#include "mappings/sized_tree.hpp"

namespace tilewright {

struct Footprint {
  double used_B = 0;   ///< of all instances, reserved bytes included
  double one_B = 0;    ///< of its fullest instance
  double spilled = 0;  ///< of an overbooked level: the share of its data that does not fit
};

/// What the fullest of so many instances has of `all_B`: whole elements.
double even_share_B(double all_B, double element_B, double instances);

/// Bytes of a tile in the fullest instance of its level.
double held_in_one_B(const SizedTree& sized, const Residency& residency, const Level& level);

/// Every instance of a level has its own capacity. A tile that is kept above spatial loops is spread evenly over
/// all instances; any other one is in as many as the spatial loops above it make, in one if there are none. All
/// tiles meet in one instance.
///
/// Tiles that several Einsums share are held together, and so is a tile of one Einsum that is still there at its
/// next turn. Tiles of one Einsum that are fetched again at each turn share room with those of the other Einsums on
/// its unit. Tells where a level that is not among `overbooked` does not fit: which one, with which tile, by how
/// many bytes; footprints of the levels after it are then not known.
class Footprints {
 public:
  Footprints(const Arch& arch, const std::vector<LevelId>& overbooked);
  Misfit count(const SizedTree& sized, ByLevel<Footprint>& result);

 private:
  struct Held {
    double all_B = 0;  // instances together
    double one_B = 0;  // of them, the first
    Held& operator+=(const Held& other);
  };
  struct Need {
    Held held;
    GroupId group;
  };
  [[nodiscard]] Need most(const SizedTree& sized, LevelId level, std::size_t& next);
  [[nodiscard]] Held held_by(const SizedTree& sized, const Residency& residency) const;
  [[nodiscard]] Held held_by_group(const SizedTree& sized, std::size_t& next);
  static Held beyond(Held& largest, Held held);
  void end_of_leaf(const SizedTree& sized, LeafId leaf, Held alone);
  [[nodiscard]] Misfit misfit(const SizedTree& sized, LevelId level, const Need& need) const;

  const Arch& arch_;
  ByLevel<char> overbooked_;
  ByUnit<Held> unit_most_;  // of the Einsums that take turns, the one that holds most
};

}  // namespace tilewright
