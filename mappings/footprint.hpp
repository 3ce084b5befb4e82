// What a tree needs of every level's capacity.
#pragma once

#include <vector>

#include "mappings/sized_tree.hpp"

namespace tilewright {

struct Footprint {
  double used_B = 0;   ///< of all instances, reserved bytes included
  double spilled = 0;  ///< of an overbooked level: the share of its data that does not fit
};

/// Tiles that several Einsums share are held together; tiles of one Einsum alone take turns with those
/// of the other Einsums on its unit. Tells where a level that is not among `overbooked` does not fit: which one,
/// with which tile, by how many bytes; footprints of the levels after it are then not known.
class Footprints {
 public:
  Footprints(const Arch& arch, const std::vector<LevelId>& overbooked);
  Misfit count(const SizedTree& sized, ByLevel<Footprint>& result);

 private:
  struct Need {
    double used_B = 0;
    GroupId group;
  };
  [[nodiscard]] Need most(const SizedTree& sized, LevelId level, std::size_t& next);
  [[nodiscard]] double held_by_group(const SizedTree& sized, std::size_t& next);
  void end_of_leaf(const SizedTree& sized, LeafId leaf, double alone_B);
  [[nodiscard]] Misfit misfit(const SizedTree& sized, LevelId level, const Need& need) const;

  const Arch& arch_;
  ByLevel<char> overbooked_;
  ByUnit<double> unit_most_;  // of the Einsums that take turns, the one that holds most
};

}  // namespace tilewright
