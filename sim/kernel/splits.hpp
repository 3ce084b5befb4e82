// Split-KV and stream-K: the keys of a Q tile in several blocks, so that few Q tiles fill many multiprocessors.
#pragma once

#include "sim/kernel/blocks.hpp"

namespace tilewright {

/// Splits the blocks of whole Q tiles as the kernel says:
///  - a stated number of parts of every Q tile;
///  - as few as fill the waves (KernelSplits says how well), for all Q tiles the number that is best for the one
///    with the most visits;
///  - parts of so many keys, rounded up to whole KV tiles: Q tiles with fewer visits have fewer parts;
///  - parts of as few keys as let all of them run at once, if there are fewer Q tiles than workers
///    (PartitionPagedKVCacheBinarySearchMinNumPagePerBatch of FlashInfer's scheduler.cuh);
///  - stream: all visits evenly over the workers, wherever Q tiles end (Osama et al., Stream-K, PPoPP 2023).
/// With a number of parts for all, those of a Q tile differ by one visit at most (get_n_block_min_max of
/// FlashAttention-3's block.h rounds up, so that the last is shorter), or are as long as those of the Q tile with
/// the most visits (n_blocks_per_split of FlashAttention-2's flash_fwd_kernel.h). Parts without any visit are
/// launched, and write their partial outputs, all the same. Those with an element mask come last. A part
/// of all Q tiles of a sequence is launched before the next part. Throws InputError for a number of parts that is
/// no whole one from 1 to most_splits, and for keys that are none from 1 to most_tokens.
void split(const Kernel& kernel, const KernelShape& shape, const BlockPlaces& places, Blocks& blocks);

}  // namespace tilewright
