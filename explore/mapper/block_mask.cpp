#include "explore/mapper/block_mask.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "einsum/masked_einsums.hpp"
#include "explore/mapper/problem.hpp"

namespace tilewright {

BlockMask::BlockMask(const WorkloadMask& mask, const Cascade& cascade, const ByRank<double>& shapes,
                     Count shared_by)
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
  visited_.require_alike(shared_by);
  if (visited_.pairs_left() == 0)
    throw InputError(mask.place, "workload.mask",
                     fmt::format("mask '{}' leaves no pair to compute", mask.spec.text));
}

std::vector<TileSize> BlockMask::tiles_of(std::span<const EinsumId> einsums,
                                          std::span<const PlannedLoop> loops) const {
  if (std::ranges::none_of(einsums, [&](EinsumId e) { return masked(e); })) return {{1, 1}};
  const auto sizes = [&](RankId whole, const std::vector<RankId>& parts) {
    Count most = 1;
    for (const EinsumId e : einsums)
      if (masked(e)) most = std::max(most, tokens(whole, parts, iterations_[e], loops));
    if (parts.size() > 1 || most < static_cast<Count>(shapes_[whole]))
      return std::vector{static_cast<double>(most)};
    return divisors(shapes_[whole]);
  };
  std::vector<TileSize> tiles;
  for (const double queries : sizes(queries_, query_parts_))
    for (const double keys : sizes(keys_, key_parts_))
      tiles.emplace_back(static_cast<Count>(queries), static_cast<Count>(keys));
  return tiles;
}

double BlockMask::along(RankId rank, const TileSize& tile) const {
  if (rank == queries_ && query_parts_.size() == 1) return static_cast<double>(tile.first);
  if (rank == keys_ && key_parts_.size() == 1) return static_cast<double>(tile.second);
  return 0;
}

double BlockMask::share(const TileSize& tile, RankBits over, std::span<const PlannedLoop> loops) {
  return visited_.of({std::max(tile.first, tokens(queries_, query_parts_, over, loops)),
                      std::max(tile.second, tokens(keys_, key_parts_, over, loops))});
}

double BlockMask::share_along(const TileSize& tile, RankBits ranks, RankBits over,
                              std::span<const PlannedLoop> loops) {
  const auto some = [&](RankId whole, const std::vector<RankId>& parts, Count size) {
    return parts.size() == 1 && has(ranks, whole) ? size : std::max(size, tokens(whole, parts, over, loops));
  };
  return visited_.of({some(queries_, query_parts_, tile.first), some(keys_, key_parts_, tile.second)});
}

bool BlockMask::skips_along(const TileSize& tile, RankBits ranks, std::span<const PlannedLoop> loops) const {
  const auto skips = [&](RankId whole, const std::vector<RankId>& parts, Count size) {
    return parts.size() == 1 && has(ranks, whole) && size < tokens(whole, parts, ranks, loops);
  };
  return skips(queries_, query_parts_, tile.first) || skips(keys_, key_parts_, tile.second);
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
