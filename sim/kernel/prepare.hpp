// Everything about a kernel on a problem that does not depend on its fitted parameters: made once, estimated and
// simulated many times.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arch/arch.hpp"
#include "einsum/cascade.hpp"
#include "mappings/kernel/kernel.hpp"
#include "mappings/kernel/occupancy.hpp"
#include "sim/kernel/block_view.hpp"
#include "sim/kernel/blocks.hpp"
#include "sim/kernel/shape.hpp"
#include "sim/kernel/visit_work.hpp"

namespace tilewright {

/// A kernel of its own before or after the fused one: as long as the longest of its work on units, its bytes, and
/// its steps.
struct PreparedPass {
  std::string name;
  ByUnit<double> unit_cycles;    ///< on all multiprocessors
  ByUnit<double> unit_energy_J;  ///< not a number where it is not known
  double imbalance = 1;          ///< how many times an even share of them the multiprocessor with the most has
  double matrix_cycles = 0;      ///< on that one
  double softmax_cycles = 0;     ///< on all units but those of matrix products, one after the other
  double step_cycles = 0;        ///< of steps that need the one before, of all blocks
  double fitted_steps = 0;       ///< such steps, of which each takes a fitted parameter
  double read_B = 0;             ///< at the outermost memory
  double write_B = 0;
  double moved_B = 0;    ///< read and written, from warm caches too
  double bandwidth = 1;  ///< share of that memory's bandwidth
  double often = 1;  ///< mean of its launches: all but this and the shares above are as large as these make them
  double rate = 1;   ///< share of the rate of units
};

/// What a cascade that is no attention has: the shape of every rank, and bytes of an element of every tensor.
struct CascadeSizes {
  ByRank<double> shapes;
  ByTensor<double> element_B;
};

struct PreparedKernel {
  Kernel kernel;
  Arch arch;
  Attention problem;                       ///< of a cascade that is no attention, one request without anything
  std::optional<CascadeSizes> other = {};  ///< of such a cascade
  Tiling tiling;
  BlockView view;      ///< what blocks, and the order and traffic of them, are made of
  bool fused = false;  ///< without: only passes, and what follows is empty
  VisitWork work;
  BlockNeeds needs;
  Occupancy occupancy;
  double multiprocessors = 0;
  double resident = 1;  ///< blocks on a multiprocessor at once: the occupancy, or fewer where there are few blocks
  Blocks blocks;
  bool warm = false;       ///< what is read and written once is in caches (sim/kernel/warm_caches.hpp)
  ByLevel<double> read_B;  ///< of the fused kernel; 0 below the level that blocks run in
  ByLevel<double> write_B;
  ByLevel<double> sum_B;             ///< the part of write_B that visits add to sums
  std::vector<PreparedPass> passes;  ///< in order: those before, those after

  /// Blocks that run at once on the whole machine.
  [[nodiscard]] double slots() const { return multiprocessors * resident; }
};

/// Under tiles that the kernel completes. Throws InfeasibleError where they do not fit the machine, InputError for
/// what is wrong between problem, kernel and architecture.
PreparedKernel prepare(const Kernel& kernel, const Cascade& cascade, const Arch& arch, Attention problem,
                       Tiling tiling = {});

/// Of a kernel that does not need attention (needs_attention()): its passes, on tensors of these sizes.
PreparedKernel prepare(const Kernel& kernel, const Cascade& cascade, const Arch& arch, CascadeSizes sizes);

}  // namespace tilewright
