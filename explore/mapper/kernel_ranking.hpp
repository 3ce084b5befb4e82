// What a search of kernels found, kernel by kernel, and how much of its space it settled.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "explore/mapper/objective.hpp"
#include "mappings/kernel/kernel_choice.hpp"
#include "sim/record/record.hpp"

namespace tilewright {

struct LeftOutKernel {
  std::string name;
  std::string why;
};

/// A kernel with all that is chosen of it.
struct RankedKernel {
  std::string kernel;  ///< as --kernel names it
  KernelChoice choice;
  bool has_tiles = true;             ///< the kernel's file has them, and need not be changed
  std::vector<std::string> changes;  ///< what else is not as in its file: "queries longest-first"
  Score score;
  std::string binding;

  [[nodiscard]] bool as_it_is() const { return has_tiles && changes.empty(); }
};

struct KernelRanking {
  std::vector<RankedKernel>
      ranked;  ///< best first: of every kernel its two best tiles, all that need no change, and better padded ones
  std::optional<RankedKernel> runner_up;  ///< the next best kernel or tiles, where one value is minimised
  Record runner_up_record;
  std::vector<std::string> searched;
  std::vector<LeftOutKernel> left_out;
  std::vector<std::string> warnings;
  bool pad = false;         ///< padding was asked for
  double padded_tiles = 0;  ///< choices of tiles that padded layouts are tried with
  double candidates = 0;    ///< of the space
  double do_not_fit = 0;    ///< of them, the machine
  double priced = 0;
  double excluded = 0;  ///< by a lower bound that is worse than what is found
};

}  // namespace tilewright
