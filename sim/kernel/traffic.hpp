// Bytes that a fused kernel moves, and those of the kernels before and after it.
#pragma once

#include "sim/kernel/prepare.hpp"

namespace tilewright {

/// Fills PreparedKernel::read_B and write_B.
///
/// Memories between the outermost and the multiprocessors: every block reads its Q tile and the K and V tiles that
/// it visits; where a memory multicasts, blocks that run at once read a key together. The outermost memory: every
/// query once, and of K and V what blocks need that run at once and the memory below does not have any more
/// (sim/kernel/turns.hpp). Partial outputs of a split, 32-bit with a maximum and a sum per query, are written in
/// place of the output. Sums that visits add to are written at every visit in the memories between. Queries and
/// keys are those of PreparedKernel::view.
void count_traffic(PreparedKernel& prepared);
/// The same, but that the outermost memory delivers every key once, as it has to in any order of the blocks:
/// without the walk over them.
void count_least_traffic(PreparedKernel& prepared);

/// The memory next to the outermost one, on the way to the thread blocks; the level of these where there is none.
LevelId below_outermost(const Arch& arch);

/// Keys that the memory below the outermost one holds, all its instances together, for one KV head each.
double keys_below_outermost(const PreparedKernel& prepared);

/// What the outermost memory reads if it delivers so many keys, over all heads and sequences: with every query
/// once, and never less than what is needed once nor more than all blocks fetch. Sums come and go with what is
/// fetched of their rows.
struct OutermostTraffic {
  double read_B = 0;
  double sum_B = 0;  ///< written
};
OutermostTraffic outermost_traffic(const PreparedKernel& prepared, double keys);

/// What a pass computes and moves at the outermost memory: tensors that it reads from others and that others read
/// from it, once each; the unit work of its Einsums over all pairs. Who reads sums that blocks have added up clears
/// them, too, before. Or what it states. Throws InputError at an expression without a value.
PreparedPass prepare_pass(const KernelPass& pass, const Cascade& cascade, const PreparedKernel& prepared);

/// What the bytes of a pass take at the full bandwidth of the outermost memory.
double memory_s(const PreparedPass& pass, const PreparedKernel& prepared);

/// Whether a pass has anything to do: copies only where tiles are no runs of tokens, sums only where keys are
/// split, what states its counts only where its condition holds.
bool happens(const KernelPass& pass, const PreparedKernel& prepared);

}  // namespace tilewright
