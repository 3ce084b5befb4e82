// Block lists by KV tiles, for the kernels that go through queries; made on the host.
#pragma once

#include <vector>

#include "kernels/mask/make_masks.hpp"
#include "kernels/mask/visitors.hpp"

namespace tilewright::kernels {

/// The same pairs of tiles by columns: `columns` lists of rows, ascending.
BlockList transposed(const BlockList& list, int columns);

/// The block lists of the masks by KV tiles: one per rule, or none.
std::vector<BlockList> lists_by_keys(const Masks& masks);

/// As kernels take them. `place` copies a vector to where the kernel reads it and returns its first element there.
template <class Place>
VisitorLists visitor_lists(const std::vector<BlockList>& lists, Place place) {
  VisitorLists placed;
  for (std::size_t rule = 0; rule < lists.size(); ++rule)
    placed.of_rule[rule] = {place(lists[rule].offsets), place(lists[rule].tiles)};
  return placed;
}

/// For kernels that run on the host: valid as long as `lists` is, and is not moved from.
inline VisitorLists visitor_lists(const std::vector<BlockList>& lists) {
  return visitor_lists(lists, [](const std::vector<int>& values) { return values.data(); });
}

/// The visitors of every KV tile, in the order of visitors_of(). `lists` are lists_by_keys(); their tiles lie where
/// `placed` says.
std::vector<Visitors> all_visitors(const Masks& masks, const std::vector<BlockList>& lists,
                                   const VisitorLists& placed);

}  // namespace tilewright::kernels
