// Split-KV and stream-K: the keys of a Q tile in several blocks, so that few Q tiles fill many multiprocessors.
#pragma once

#include "sim/kernel/blocks.hpp"

namespace tilewright {

/// Splits the blocks of whole Q tiles as the kernel says:
///  - a fixed number of parts of every Q tile;
///  - as few as fill the waves (KernelSplits says how well), for all Q tiles the number that is best for the one
///  with
///    the most visits: requests with fewer keys are split as often, and parts without any visit are launched, and
///    write their partial outputs, all the same (set_params_splitkv of FlashAttention-2's flash_api.cpp, by
///    max_seqlen_k; flash_fwd_kernel.h, n_blocks_per_split);
///  - stream: all visits evenly over the workers, wherever Q tiles end (Osama et al., Stream-K, PPoPP 2023).
/// Parts differ by one visit at most; those with an element mask come last. A part of all Q tiles of a sequence is
/// launched before the next part. Throws InputError for a fixed number that is no whole number of at least 1.
void split(const Kernel& kernel, const KernelShape& shape, double workers, Blocks& blocks);

/// Of the visits of a Q tile those that the parts before this one have; parts count from 0.
double visits_before(double part, double visits, double splits);

}  // namespace tilewright
