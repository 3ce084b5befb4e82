#include "kernels/attention/work_order.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <queue>
#include <utility>

#include "kernels/mask/mask_set.hpp"
#include "kernels/mask/visits.hpp"

namespace tilewright::kernels {
namespace {

// Well below the 50 MB of an H100 (NVIDIA, "NVIDIA H100 Tensor Core GPU Architecture", table 4): what has been used
// leaves the cache late, and the output passes through it too.
constexpr std::int64_t section_B = std::int64_t{32} << 20;

struct Item {
  int number;
  std::int64_t section;
  int visits;
};

// K and V heads, of a group each, that make a section.
std::int64_t heads_of_section(const Masks& masks, const WorkShape& shape) {
  const std::int64_t tokens = masks.keys.memory_tokens / group_count(masks.keys);
  return std::max<std::int64_t>(
      1, section_B / std::max<std::int64_t>(1, tokens * shape.head_dim * shape.number_B * 2));
}

// Visits of every `q_tiles`-th Q tile of a head and group; -1 for tiles that the group lacks.
std::vector<int> visits_of_tiles(const Masks& masks, const MaskSet& set, int head, int group, int q_tiles) {
  const MaskScene scene = scene_of(masks.queries, masks.keys, set, head, group);
  std::vector<int> visits;
  for (int tile = 0; tile < most_tiles(masks.queries); tile += q_tiles) {
    visits.push_back(tile < tile_count(scene.queries) ? Visits(scene, tile).count() : -1);
  }
  return visits;
}

// By section, and the longest of a section first.
std::vector<Item> sorted_items(const Masks& masks, const WorkShape& shape) {
  const MaskSet set = masks.set();
  const std::int64_t heads_at_once = heads_of_section(masks, shape);
  std::vector<Item> items;
  int number = 0;
  for (int group = 0; group < group_count(masks.queries); ++group) {
    for (int head = 0; head < shape.batch * shape.heads; ++head) {
      const int kv_head = head / (shape.heads / shape.kv_heads);  // of all of the batch
      const std::int64_t section = (std::int64_t{group} * shape.batch * shape.kv_heads + kv_head) / heads_at_once;
      for (const int visits : visits_of_tiles(masks, set, head % shape.heads, group, shape.q_tiles)) {
        if (visits >= 0) items.push_back({number, section, visits});
        ++number;
      }
    }
  }
  std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
    return a.section != b.section ? a.section < b.section : a.visits > b.visits;
  });
  return items;
}

// What an item takes besides its visits, in visits: its Q and its output are moved, and its first scores waited
// for.
constexpr std::int64_t besides = 1;

// The items of each block.
std::vector<std::vector<int>> shares_of(const std::vector<Item>& items, std::size_t blocks) {
  std::vector<std::vector<int>> shares(blocks);
  using Share = std::pair<std::int64_t, std::size_t>;  // visits so far, block
  std::priority_queue<Share, std::vector<Share>, std::greater<>> least;
  for (std::size_t block = 0; block < blocks; ++block) least.emplace(0, block);
  for (const Item& item : items) {
    const auto [visits, block] = least.top();
    least.pop();
    shares[block].push_back(item.number);
    least.emplace(visits + item.visits + besides, block);
  }
  return shares;
}

}  // namespace

WorkOrder work_order(const Masks& masks, const WorkShape& shape, int blocks) {
  const std::vector<Item> items = sorted_items(masks, shape);
  WorkOrder order{{0}, {}};
  for (const auto& share : shares_of(items, std::min(static_cast<std::size_t>(blocks), items.size()))) {
    order.items.insert(order.items.end(), share.begin(), share.end());
    order.firsts.push_back(static_cast<int>(order.items.size()));
  }
  return order;
}

}  // namespace tilewright::kernels
