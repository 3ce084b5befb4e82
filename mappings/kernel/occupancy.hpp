// How many thread blocks of a kernel run on a multiprocessor at once.
#pragma once

#include <string>

#include "arch/arch.hpp"
#include "mappings/kernel/kernel.hpp"

namespace tilewright {

/// What a thread block takes of its multiprocessor.
struct BlockNeeds {
  double threads = 0;
  double registers = 0;  ///< of 4 B, of a thread
  double shared_B = 0;
};

struct Occupancy {
  double blocks = 0;
  std::string limit;  ///< what allows no more: "threads", "blocks", or a level
};

/// The level that thread blocks run in: the one with a limit of blocks. Its instances are the multiprocessors, its
/// child the registers. Throws InputError where the architecture has none.
LevelId block_level(const Arch& arch);

BlockNeeds needs_of(const KernelBlock& block, const KernelShape& shape, double stages);

/// Throws InfeasibleError, with what does not fit and by how much, where not even one block runs.
Occupancy occupancy_of(const Arch& arch, const BlockNeeds& needs);

}  // namespace tilewright
