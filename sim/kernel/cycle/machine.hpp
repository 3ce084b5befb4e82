// The machine that blocks run on, as its multiprocessors share it, and what is counted while they do.
#pragma once

#include <vector>

#include "sim/kernel/cycle/block_queue.hpp"
#include "sim/kernel/cycle/key_replay.hpp"
#include "sim/kernel/cycle/memory_path.hpp"
#include "sim/kernel/cycle/stage_costs.hpp"
#include "sim/systemc/trace.hpp"

namespace tilewright {

/// Cycles in which multiprocessors were held, summed over them, and what they did.
struct Tally {
  double products = 0;
  double softmax = 0;  ///< that no product hides
  double mask = 0;
  double tile = 0;  ///< launches, prologues and epilogues
  double visits = 0;
  double masked = 0;  ///< of the visits
  double tiles = 0;
  double end = 0;                       ///< of the last block, with its output
  std::vector<double> multiprocessors;  ///< end of the last block of each
  std::vector<BlockSpan> visited;       ///< by block number: when its visits began and ended
};

/// What does not change while the machine runs.
struct MachineShape {
  StageCosts costs;
  std::size_t multiprocessors = 1;
  std::size_t resident = 1;  ///< blocks on each at once
  std::size_t stages = 1;    ///< KV tiles of a block in flight or in use
  bool copies_hidden = true;
  bool persistent = false;
  bool sums = false;   ///< visits add to sums in the memories that are shared
  bool skips = false;  ///< visits that repeat themselves
};

struct SimulatedGpu {
  const MachineShape& shape;
  MemoryPath& memory;
  BlockQueue& queue;
  Trace* trace;  ///< nullptr: none
  Tally tally;
};

/// Runs all blocks of the queue. Ends early, with less done, once interrupted().
void run(SimulatedGpu& machine);

}  // namespace tilewright
