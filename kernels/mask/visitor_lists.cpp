#include "kernels/mask/visitor_lists.hpp"

#include <cstddef>
#include <numeric>

namespace tilewright::kernels {

BlockList transposed(const BlockList& list, int columns) {
  BlockList by_columns{std::vector<int>(static_cast<std::size_t>(columns) + 1),
                       std::vector<int>(list.tiles.size())};
  for (const int column : list.tiles) ++by_columns.offsets[static_cast<std::size_t>(column) + 1];
  std::partial_sum(by_columns.offsets.begin(), by_columns.offsets.end(), by_columns.offsets.begin());
  std::vector<int> next = by_columns.offsets;
  for (std::size_t row = 0; row + 1 < list.offsets.size(); ++row) {
    for (int at = list.offsets[row]; at < list.offsets[row + 1]; ++at) {
      int& place = next[static_cast<std::size_t>(list.tiles[static_cast<std::size_t>(at)])];
      by_columns.tiles[static_cast<std::size_t>(place++)] = static_cast<int>(row);
    }
  }
  return by_columns;
}

std::vector<BlockList> lists_by_keys(const Masks& masks) {
  std::vector<BlockList> lists;
  for (const BlockList& list : masks.lists) lists.push_back(transposed(list, tile_count(masks.keys)));
  return lists;
}

std::vector<Visitors> all_visitors(const Masks& masks, const std::vector<BlockList>& lists,
                                   const VisitorLists& placed) {
  std::vector<Visitors> all;
  for (std::size_t rule = 0; rule < masks.rules.size(); ++rule) {
    const VisitorList list =
        lists.empty() ? VisitorList{} : VisitorList{lists[rule].offsets.data(), placed.of_rule[rule].tiles};
    for (int group = 0; group < group_count(masks.keys); ++group) {
      const MaskScene scene{group_of(masks.queries, group), group_of(masks.keys, group), masks.rules[rule]};
      for (int tile = 0; tile < most_tiles(masks.keys); ++tile) all.emplace_back(scene, list, tile);
    }
  }
  return all;
}

}  // namespace tilewright::kernels
