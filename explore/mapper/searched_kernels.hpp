// Which kernels a search on an architecture compares: those that are named, or all that serve the workload there.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "explore/evaluate.hpp"
#include "explore/mapper/kernel_ranking.hpp"
#include "sim/kernel/candidate.hpp"

namespace tilewright {

struct SearchedKernel {
  std::string name;     ///< as a user names it
  std::string cascade;  ///< likewise
  const Cascade* of = nullptr;
  Kernel kernel;
  FittedKernel fit;
  Attention problem;
  std::vector<TileChoice> tiles;             ///< that its file has for the problem; none where it has no blocks
  bool chooses_tiles = false;                ///< nobody can ask for others
  std::map<Extents, Attention> padded = {};  ///< the problem by KernelChoice::pad

  /// Of a choice whose layout is among these.
  [[nodiscard]] const Attention& problem_of(const KernelChoice& choice) const {
    return choice.pad.empty() ? problem : padded.at(choice.pad);
  }
};

struct SearchedKernels {
  std::vector<SearchedKernel> kernels;
  std::vector<std::string> warnings;    ///< of kernels that are named and do not serve the workload
  std::vector<LeftOutKernel> left_out;  ///< of those that nobody named, with a model of a cascade of the workload
};

struct KernelsWanted {
  std::vector<std::string> names;     ///< none: all of configs/kernels
  std::vector<std::string> cascades;  ///< none: those of the workload
};

/// Where nobody names kernels, those that serve architecture and mask (mappings/kernel/serves.hpp); of these alone
/// those with a calibration for the architecture, where there are any: times that are fitted and times that are not
/// do not compare. Throws InputError for what is wrong with a named one, and where none is left.
SearchedKernels searched_kernels(const KernelsWanted& wanted, const Workload& workload, const Arch& arch,
                                 Library& library);

}  // namespace tilewright
