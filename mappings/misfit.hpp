// Why a tree does not run on an architecture: a value, whose text is made only for who wants to read it.
#pragma once

#include <string>

#include "arch/arch.hpp"
#include "einsum/cascade.hpp"
#include "mappings/mapping.hpp"

namespace tilewright {

class SizedTree;

struct Misfit {
  enum class Kind {
    none,
    // Of the tree, whatever its numbers.
    cannot_compute,  ///< the unit has not an operation of the Einsum
    unkept_read,     ///< a tensor that no level keeps above an Einsum that reads it
    unkept_write,    ///< ... or writes it
    unused,          ///< a keep of a tensor that nothing below uses
    not_below,       ///< the level is not below the one that the tile comes from
    not_at_home,     ///< an input or output that is not at the outermost level
    used_elsewhere,  ///< a tensor whose outermost tile does not reach all its Einsums
    in_parts,        ///< an input or output below a loop at the outermost level
    running_output,  ///< a running value that is an output
    read_early,      ///< read before it is written
    history_read,    ///< a running value read step by step in another group
    // Of its numbers.
    uncovered,         ///< loops that do not cover a rank, or have iterations beyond its end
    other_tiles,       ///< Einsums that divide a rank into other tiles below the same loop
    shared_imperfect,  ///< loops that do not divide a rank whose coordinates share tensors
    steps_at_once,     ///< lanes over the steps of a running value
    lanes,             ///< more lanes than the unit has
    instances,         ///< more instances than the level has
    group_divided,     ///< tiles that do not divide groups that share a tensor
    other_instances,   ///< a tile that other instances read than write it
    gone,              ///< a tile that is wanted again after it has gone
    capacity           ///< a level that is too small
  };
  Kind kind = Kind::none;
  NodeId node = {};  ///< where it shows; of capacity: the largest tile; none: nowhere
  TensorId tensor = {};
  EinsumId einsum = {};
  LevelId level = {};
  LevelId above = {};  ///< of not_below: the level that the tile comes from
  UnitId unit = {};
  RankId rank = {};
  GroupId group = {};     ///< of capacity: the fusion group that needs most
  double has = 0;         ///< what there is: the product of loops, lanes, instances, bytes needed
  double wanted = 0;      ///< what there may be: the shape, lanes, instances, bytes of the level
  double reserved_B = 0;  ///< of `has`: for other uses

  explicit operator bool() const { return kind != Kind::none; }
  /// Of capacity: by how much the level is too small.
  [[nodiscard]] double excess_B() const { return has - wanted; }
};

/// What is wrong, in words: one line. `sized` lists the tiles of a level that is too small; other kinds do without.
std::string to_text(const Misfit& misfit, const Cascade& cascade, const Arch& arch,
                    const SizedTree* sized = nullptr);

/// Throws what to_text() says, at the node's place in the file: InfeasibleError for what is of the numbers,
/// which other shapes or another machine may mend, else InputError.
[[noreturn]] void refuse(const Misfit& misfit, const Cascade& cascade, const Arch& arch, const Mapping& mapping,
                         const SizedTree* sized = nullptr);

}  // namespace tilewright
