#include "sim/nest/functional/pairs.hpp"

#include <algorithm>
#include <numeric>

#include "einsum/masked_einsums.hpp"

namespace tilewright {

namespace {

Count count(double shape) { return static_cast<Count>(shape); }

const Extents* tile_of(const Mapping& mapping, RankId whole) {
  for (const auto& [rank, extents] : mapping.tiles)
    if (rank == whole) return &extents;
  return nullptr;
}

// Pairs of queries before one and keys before one, by query and key.
std::vector<std::uint32_t> sums_of(const Relation& relation, const std::vector<Count>& queries,
                                   const std::vector<Count>& keys) {
  const std::size_t row = keys.size() + 1;
  std::vector<std::uint32_t> sums((queries.size() + 1) * row, 0);
  for (std::size_t q = 0; q < queries.size(); ++q) {
    std::uint32_t in_row = 0;
    for (std::size_t k = 0; k < keys.size(); ++k) {
      in_row += contains(relation, queries[q], keys[k]) ? 1 : 0;
      sums[(q + 1) * row + k + 1] = sums[q * row + k + 1] + in_row;
    }
  }
  return sums;
}

}  // namespace

std::vector<Count> tokens_in_tiles(const Extents& layout, const Extents* tile) {
  std::vector<Count> order(static_cast<std::size_t>(tokens_of(layout)));
  std::iota(order.begin(), order.end(), Count{0});
  if (tile == nullptr) return order;
  const auto key = [&](Count token) {
    std::vector<Count> places(2 * layout.size());  // of the tile by dimension, then within it
    for (std::size_t d = layout.size(); d-- > 0; token /= layout[d]) {
      places[d] = token % layout[d] / (*tile)[d];
      places[layout.size() + d] = token % layout[d] % (*tile)[d];
    }
    return places;
  };
  std::ranges::stable_sort(order, {}, key);
  return order;
}

Pairs::Pairs(const WorkloadMask& mask, const Cascade& cascade, const Mapping& mapping, const ByRank<double>& shapes)
    : masked_(masked_einsums(cascade, mask)) {
  const RankId queries = masked_rank(cascade, mask, mask.queries);
  const RankId keys = masked_rank(cascade, mask, mask.keys);
  const RankId heads = mask.heads.empty() ? RankId() : masked_rank(cascade, mask, mask.heads);
  const Layout layout = mask.layout(count(shapes[queries]), count(shapes[keys]));
  key_tokens_ = count(shapes[keys]);
  for (const HeadMask& head : mask.masks(layout, heads ? count(shapes[heads]) : 0)) {
    mask_of_head_.insert(mask_of_head_.end(), static_cast<std::size_t>(head.heads), sums_.size());
    sums_.push_back(sums_of(*head.mask.flattened(), tokens_in_tiles(layout.queries, tile_of(mapping, queries)),
                            tokens_in_tiles(layout.keys, tile_of(mapping, keys))));
  }
  for (const Einsum& einsum : cascade.einsums) {
    queries_.push_back(select(einsum, parts_of(cascade, queries), queries, shapes));
    keys_.push_back(select(einsum, parts_of(cascade, keys), keys, shapes));
    Selection of_heads{
        {}, static_cast<Count>(mask_of_head_.size()), static_cast<Count>(mask_of_head_.size()), false};
    if (heads) of_heads = select(einsum, parts_of(cascade, heads), heads, shapes);
    heads_.push_back(std::move(of_heads));
    single_.push_back(static_cast<char>(queries_.back().single && keys_.back().single));
  }
}

// Coordinates are in a row only as long as every more significant part is there; of the others all are taken.
Pairs::Selection Pairs::select(const Einsum& einsum, const std::vector<RankId>& parts, RankId whole,
                               const ByRank<double>& shapes) {
  const auto has = [&](RankId rank) { return std::ranges::find(einsum.iteration, rank) != einsum.iteration.end(); };
  Selection selection{{}, count(shapes[whole]), count(shapes[whole]), false};
  if (has(whole)) return {{{whole, 1}}, 1, selection.all, true};
  selection.single = std::ranges::all_of(parts, has);
  for (const RankId part : parts) {
    if (!has(part)) break;
    selection.extent /= count(shapes[part]);
    selection.strides.emplace_back(part, selection.extent);
  }
  return selection;
}

std::pair<Count, Count> Pairs::range(const Selection& selection, const Coordinates& point) {
  Count first = 0;
  for (const auto& [rank, stride] : selection.strides) first += point[rank] * stride;
  return {first, std::min(first + selection.extent, selection.all)};
}

bool Pairs::any(EinsumId einsum, const Coordinates& point) const {
  const auto [query, query_end] = range(queries_[einsum], point);
  const auto [key, key_end] = range(keys_[einsum], point);
  const auto [head, head_end] = range(heads_[einsum], point);
  const auto at = [&](const std::vector<std::uint32_t>& sums, Count q, Count k) {
    return sums[static_cast<std::size_t>(q * (key_tokens_ + 1) + k)];
  };
  for (Count h = head; h < head_end; ++h) {
    const auto& sums = sums_[mask_of_head_[static_cast<std::size_t>(h)]];
    if (at(sums, query_end, key_end) + at(sums, query, key) != at(sums, query_end, key) + at(sums, query, key_end))
      return true;
  }
  return false;
}

}  // namespace tilewright
