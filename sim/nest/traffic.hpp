// Bytes that move between levels, in closed form: how often a tile comes again is the product of the loops above
// it.
//
// The counting rules are those of a loop-nest model such as Timeloop (Parashar et al., ISPASS 2019, section V):
//  - a tile is moved once for every iteration of the temporal loops above it, without the innermost run of loops
//    that select the same tile; an operand or result of a unit is moved at every step;
//  - instances that want the same tile are served by one read where the parent multicasts, and partial sums of
//    instances arrive as one write where it reduces;
//  - a partial sum that comes again is read back first: reads = writes - first touches.
#pragma once

#include <span>
#include <vector>

#include "sim/nest/imperfect_count.hpp"
#include "sim/nest/mask_share.hpp"
#include "sim/nest/result.hpp"
#include "sim/nest/transfer_count.hpp"

namespace tilewright {

/// What is counted, and with what.
struct Counted {
  const Arch& arch;
  const SizedTree& sized;
  ImperfectCount& imperfect;
  MaskShare* mask;  ///< only the iterations that it leaves move anything; nullptr: all do
};

/// Fills the level_bytes of all groups. The spilled share of an overbooked level moves between that level's users
/// and its parent instead of being fetched once.
void count_traffic(const Counted& counted, const ByLevel<Footprint>& footprints, ByGroup<GroupResult>& groups);

/// What every transfer moves, in the order of FlatTree::transfers.
std::vector<MovedElements> all_moved(const Counted& counted);

/// Fills Result::read_B, write_B and fill_B: bytes by level, tensor and Einsum, of what the transfers moved.
void detail_traffic(const Counted& counted, std::span<const MovedElements> moved, Result& result);

}  // namespace tilewright
