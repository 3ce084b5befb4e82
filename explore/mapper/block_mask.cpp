#include "explore/mapper/block_mask.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "einsum/masked_einsums.hpp"

namespace tilewright {

BlockMask::BlockMask(const WorkloadMask& mask, const Cascade& cascade, const ByRank<double>& shapes)
    : shapes_(shapes),
      queries_(masked_rank(cascade, mask, mask.queries)),
      keys_(masked_rank(cascade, mask, mask.keys)),
      query_parts_(parts_of(cascade, queries_)),
      key_parts_(parts_of(cascade, keys_)),
      masked_(masked_einsums(cascade, mask)) {
  for (const Einsum& einsum : cascade.einsums) {
    iterations_.push_back(0);
    for (const RankId rank : einsum.iteration) iterations_.back() |= bit(rank);
  }
  const auto count = [&](RankId rank) { return static_cast<Count>(shapes[rank]); };
  const Count heads = mask.heads.empty() ? 0 : count(masked_rank(cascade, mask, mask.heads));
  visited_ = VisitedShare(mask.masks(mask.layout(count(queries_), count(keys_)), heads), {}, mask.place);
  if (visited_.pairs_left() == 0)
    throw InputError(mask.place, "workload.mask",
                     fmt::format("mask '{}' leaves no pair to compute", mask.spec.text));
}

TileSize BlockMask::block_of(std::span<const EinsumId> einsums, std::span<const PlannedLoop> loops) const {
  TileSize block{1, 1};
  for (const EinsumId e : einsums) {
    if (!masked(e)) continue;
    block.first = std::max(block.first, tokens(queries_, query_parts_, iterations_[e], loops));
    block.second = std::max(block.second, tokens(keys_, key_parts_, iterations_[e], loops));
  }
  return block;
}

double BlockMask::share(const TileSize& block, RankBits over, std::span<const PlannedLoop> loops) {
  return visited_.of({std::max(block.first, tokens(queries_, query_parts_, over, loops)),
                      std::max(block.second, tokens(keys_, key_parts_, over, loops))});
}

// Tiles over keys alone are visited where any of their keys has a pair, and so on.
double BlockMask::least(RankBits ranks) const {
  const auto any = [&](RankId whole, const std::vector<RankId>& parts) {
    return has(ranks, whole) || std::ranges::any_of(parts, [&](RankId part) { return has(ranks, part); });
  };
  const bool of_queries = any(queries_, query_parts_);
  const bool of_keys = any(keys_, key_parts_);
  if (of_queries && of_keys) return visited_.pairs_left();
  return of_queries ? visited_.queries_left() : of_keys ? visited_.keys_left() : 1;
}

// Coordinates of a split rank are in a row only as far as its more significant parts have one in a tile.
Count BlockMask::tokens(RankId whole, const std::vector<RankId>& parts, RankBits over,
                        std::span<const PlannedLoop> loops) const {
  double tokens = shapes_[whole];
  const auto take = [&](RankId part) {
    double left = shapes_[part];
    if (has(over, part))
      for (const PlannedLoop& loop : loops)
        if (loop.rank == part) {
          left /= loop.factor;
          tokens /= loop.factor;
        }
    return left == 1;
  };
  const bool as_whole = has(over, whole) && std::ranges::find(loops, whole, &PlannedLoop::rank) != loops.end();
  if (as_whole) {
    take(whole);
    return static_cast<Count>(tokens);
  }
  for (const RankId part : parts)
    if (!take(part)) break;
  return static_cast<Count>(tokens);
}

}  // namespace tilewright
