// Bytes that a fused kernel moves, and those of the kernels before and after it.
#pragma once

#include "sim/kernel/prepare.hpp"

namespace tilewright {

/// Fills PreparedKernel::read_B and write_B.
///
/// Memories between the outermost and the multiprocessors: every block reads its Q tile and the K and V tiles that
/// it visits; where a memory multicasts, blocks that run at once read a key together. The outermost memory: every
/// query once, and K and V of a KV head once, as often as its blocks take turns, unless the K and V that are in use
/// at once fit the memory below; never more than the blocks fetch. Partial outputs of a split, 32-bit with a
/// maximum and a sum per query, are written in place of the output.
void count_traffic(PreparedKernel& prepared);

/// What a pass computes and moves at the outermost memory: tensors that it reads from others and that others read
/// from it, once each; the unit work of its Einsums over all pairs.
PreparedPass prepare_pass(const KernelPass& pass, const Cascade& cascade, const PreparedKernel& prepared);

/// Whether a pass has anything to do: copies only where tiles are no runs of tokens, sums only where keys are
/// split.
bool happens(const KernelPass& pass, const PreparedKernel& prepared);

}  // namespace tilewright
