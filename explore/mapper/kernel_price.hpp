// What one mapping of a kernel costs, as evaluate says, and what all orders of its blocks cost at least.
#pragma once

#include <string>

#include "explore/mapper/searched_kernels.hpp"

namespace tilewright {

struct KernelPrice {
  Score score;          ///< buffer: bytes that the blocks of a multiprocessor hold of its memory
  std::string binding;  ///< what binds, as records name it
};

/// Throws InfeasibleError where a thread block does not fit the machine.
KernelPrice price_of(const SearchedKernel& kernel, const KernelChoice& choice, const Arch& arch);

/// Bytes of the outermost memory that any mapping of the kernel needs once, of its problem or a padded one.
double least_traffic_of(const SearchedKernel& kernel, const Attention& problem);

/// `traffic_B`: least_traffic_of(). Throws as price_of().
Score least_of(const SearchedKernel& kernel, const KernelChoice& choice, const Arch& arch, double traffic_B);

}  // namespace tilewright
