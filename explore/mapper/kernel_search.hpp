// The search through the spaces of several kernels: a lower bound of every cell, then the cells in the order of
// these, until what is left cannot be better than what is known.
//
// Proof that what is left out is worse: the bound of a cell (sim/kernel/least_time.hpp; for traffic, what is needed
// once) is no larger than any value of the cell, in any order of its blocks. A cell is left out only where the
// second best tiles of its kernel are better than its bound, so that the best and the second best of every kernel,
// and with them those of all, are the same as without bounds; of padded layouts likewise, apart from the others.
#pragma once

#include "common/progress.hpp"
#include "explore/mapper/kernel_space.hpp"
#include "explore/mapper/search_limits.hpp"

namespace tilewright {

struct KernelSearch {
  const std::vector<SearchedKernel>& kernels;
  const std::vector<KernelSpace>& spaces;  ///< by kernel
  const Arch& arch;
  const Objective& objective;
  SearchLimits& limits;
  int jobs = 0;
  StatusLine::Shown progress = StatusLine::Shown::never;
  bool prune = true;  ///< else everything is priced
};

struct KernelSearchResult {
  KernelRanking ranking;
  std::vector<RankedKernel> best;  ///< the best one, or, where several values are minimised, those no other beats
  Score bound;                     ///< no mapping costs less
  bool ended = true;
  std::string why_none;  ///< where nothing fits the machine: of the first
};

/// `best` is empty where nothing fits the machine, or nothing was priced. The same for any number of threads.
KernelSearchResult search_kernels(const KernelSearch& search);

}  // namespace tilewright
