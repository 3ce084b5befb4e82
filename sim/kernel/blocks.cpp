#include "sim/kernel/blocks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "common/error.hpp"
#include "einsum/mask/census.hpp"
#include "sim/kernel/splits.hpp"

namespace tilewright {

namespace {

void append(std::vector<BlockRun>& runs, BlockRun run) {
  if (run.count == 0) return;
  if (!runs.empty()) {
    const double before = std::exchange(runs.back().count, run.count);
    if (runs.back() == run) {
      runs.back().count += before;
      return;
    }
    runs.back().count = before;
  }
  runs.push_back(run);
}

// Tiles of queries of a mask, and so many heads (or groups of heads in one tile) that have it.
struct HeadBlocks {
  std::vector<BlockRun> tiles;
  double times;
};

class BlockMaker {
 public:
  BlockMaker(const Kernel& kernel, const Attention& problem, const Tiling& tiling)
      : kernel_(kernel), problem_(problem), shape_(shape_of(problem, tiling)), tiling_(tiling) {
    group_ = kernel.pack_heads ? problem.group() : 1;
    if (group_ > 1) pack();
    for (const HeadMask& mask : problem.masks) heads_.push_back(blocks_of(mask));
    if (longest() == 0)
      throw InputError(fmt::format("mask '{}' over {}: it has no pairs, so there is nothing to compute",
                                   problem.masks.front().text, to_text(problem.layout.keys)));
    apply_element_mask();
  }

  Blocks make(double workers) {
    Blocks blocks =
        kernel_.schedule.queries_outer || kernel_.schedule.longest_first ? queries_outer() : heads_outer();
    split(kernel_, shape_, workers, blocks);
    for (BlockSequence& sequence : blocks.sequences)
      if (sequence.runs.size() == 1) sequence.runs[0].count *= std::exchange(sequence.times, 1);
    if (blocks.sequences.size() == 1 && blocks.sequences[0].runs.size() == 1 && blocks.sequences[0].times == 1)
      blocks.sequences[0].runs[0].count *= std::exchange(blocks.times, 1);
    blocks.fetched_keys = fetched_keys_;
    return blocks;
  }

 private:
  // The rows of a Q tile are queries of all heads of a group.
  void pack() {
    if (tiling_.query_tile.size() != 1)
      throw InputError(fmt::format("kernel '{}' packs heads, which needs runs of tokens as tiles", kernel_.name));
    for (const HeadMask& mask : problem_.masks)
      if (std::fmod(static_cast<double>(mask.heads), group_) != 0)
        throw InputError(fmt::format("kernel '{}' packs the {} query heads of a KV head, which must have one mask",
                                     kernel_.name, group_));
    const auto rows = static_cast<double>(tiling_.query_tile[0]);
    tiling_.query_tile[0] = std::max<Count>(1, static_cast<Count>(rows / group_));
    tiles_per_tile_ = std::ceil(group_ / rows);
  }

  HeadBlocks blocks_of(const HeadMask& mask) {
    HeadBlocks head{{}, static_cast<double>(mask.heads) / group_};
    for (const TileCount& tile : visits_of(mask.mask, tiling_)) {
      const auto full = static_cast<double>(tile.full);
      append(head.tiles, {tiles_per_tile_, full, static_cast<double>(tile.visited) - full});
    }
    const Census census = count_tiles(mask.mask, tiling_);
    fetched_keys_ += head.times * problem_.batch * tiles_per_tile_ * static_cast<double>(census.fetched_keys);
    return head;
  }

  [[nodiscard]] double longest() const {
    double most = 0;
    for (const HeadBlocks& head : heads_)
      for (const BlockRun& run : head.tiles) most = std::max(most, run.visits());
    return most;
  }

  // From here on `partial` says to which tiles the element mask is applied.
  void apply_element_mask() {
    bool all_full = true;
    for (const HeadBlocks& head : heads_)
      for (const BlockRun& run : head.tiles) all_full = all_full && run.partial == 0;
    const ElementMask rule = kernel_.element_mask;
    if (rule == ElementMask::partial) return;
    const bool masked = rule == ElementMask::visited || (rule == ElementMask::visited_unless_full && !all_full);
    for (HeadBlocks& head : heads_) {
      std::vector<BlockRun> tiles;
      for (const BlockRun& run : head.tiles)
        append(tiles, {run.count, masked ? 0 : run.visits(), masked ? run.visits() : 0});
      head.tiles = std::move(tiles);
    }
  }

  Blocks heads_outer() const {
    Blocks blocks;
    blocks.times = problem_.batch;
    for (const HeadBlocks& head : heads_) {
      BlockSequence sequence{head.tiles, head.times};
      if (kernel_.schedule.descending) std::ranges::reverse(sequence.runs);
      blocks.sequences.push_back(std::move(sequence));
    }
    return blocks;
  }

  Blocks queries_outer() const {
    std::vector<BlockRun> order;
    std::vector<std::vector<BlockRun>> rest;
    for (const HeadBlocks& head : heads_) rest.push_back(head.tiles);
    std::vector<std::size_t> at(rest.size(), 0);
    while (at[0] < rest[0].size()) take_tiles(rest, at, order);
    if (kernel_.schedule.descending) std::ranges::reverse(order);
    if (kernel_.schedule.longest_first) std::ranges::stable_sort(order, std::ranges::greater{}, &BlockRun::visits);
    Blocks blocks;
    blocks.sequences.push_back({});
    for (const BlockRun& run : order) append(blocks.sequences[0].runs, run);
    return blocks;
  }

  // As many Q tiles as are equal in every head: of one mask a run, of several one tile at a time.
  void take_tiles(std::vector<std::vector<BlockRun>>& rest, std::vector<std::size_t>& at,
                  std::vector<BlockRun>& order) const {
    const double tiles = rest.size() == 1 ? rest[0][at[0]].count : tiles_per_tile_;
    for (std::size_t h = 0; h < rest.size(); ++h) {
      BlockRun& run = rest[h][at[h]];
      order.push_back({tiles * heads_[h].times * problem_.batch, run.full, run.partial});
      run.count -= tiles;
      if (run.count <= 0) ++at[h];
    }
  }

  const Kernel& kernel_;
  const Attention& problem_;
  KernelShape shape_;  // under the tiles as they are asked for
  Tiling tiling_;
  double group_ = 1;           // query heads in a Q tile
  double tiles_per_tile_ = 1;  // Q tiles over the heads of a group
  std::vector<HeadBlocks> heads_;
  double fetched_keys_ = 0;
};

double sum_of(const Blocks& blocks, const std::function<double(const BlockRun&)>& value) {
  double sum = 0;
  for (const BlockSequence& sequence : blocks.sequences)
    for (const BlockRun& run : sequence.runs) sum += blocks.times * sequence.times * run.count * value(run);
  return sum;
}

}  // namespace

double Blocks::count() const {
  return sum_of(*this, [](const BlockRun&) { return 1.0; });
}
double Blocks::full() const {
  return sum_of(*this, [](const BlockRun& run) { return run.full; });
}
double Blocks::partial() const {
  return sum_of(*this, [](const BlockRun& run) { return run.partial; });
}

BlockRun Blocks::longest() const {
  BlockRun longest;
  for (const BlockSequence& sequence : sequences)
    for (const BlockRun& run : sequence.runs)
      if (longest.count == 0 || run.visits() > longest.visits()) longest = run;
  return longest;
}

Blocks blocks_of(const Kernel& kernel, const Attention& problem, const Tiling& tiling, double workers) {
  return BlockMaker(kernel, problem, tiling).make(workers);
}

}  // namespace tilewright
