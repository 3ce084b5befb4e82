#include "sim/kernel/blocks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "common/error.hpp"
#include "einsum/mask/census.hpp"
#include "mappings/kernel/swizzle.hpp"
#include "sim/kernel/packed_tiles.hpp"
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

// Tiles of queries of a mask, and so many heads (or groups of heads in one tile) of a sequence that have it.
struct HeadBlocks {
  std::vector<BlockRun> tiles;
  double times;
  int first;            // of the heads
  std::size_t request;  // by Attention::requests
};

constexpr double most_sequences = 1 << 20;  // where they are listed one by one

class BlockMaker {
 public:
  BlockMaker(const Kernel& kernel, const BlockView& view, const KernelShape& shape)
      : kernel_(kernel), problem_(view.problem), shape_(shape) {
    const PackedTiles packed = packed_tiles(kernel, problem_, view.tiling);
    group_ = packed.heads;
    tiles_per_tile_ = packed.tiles_per_tile;
    tiling_ = packed.tiling;
    for (std::size_t r = 0; r < problem_.requests.size(); ++r)
      for (const HeadMask& mask : problem_.requests[r].masks) heads_.push_back(blocks_of(mask, r));
    if (longest() == 0)
      throw InputError(fmt::format("mask '{}' over {}: it has no pairs, so there is nothing to compute",
                                   problem_.requests.front().masks.front().text,
                                   to_text(problem_.requests.front().layout.keys)));
    apply_element_mask();
  }

  Blocks make(const BlockPlaces& places) {
    Blocks blocks =
        kernel_.schedule.queries_outer || kernel_.schedule.longest_first ? queries_outer() : heads_outer();
    blocks.fetched_keys = fetched_keys_;
    blocks.gathered_units = gathered_units_;
    split(kernel_, shape_, places, blocks);
    if (blocks.splits > 1) blocks.partial_rows = partial_rows(blocks.parts);
    for (BlockSequence& sequence : blocks.sequences)
      if (sequence.runs.size() == 1) sequence.runs[0].count *= std::exchange(sequence.times, 1);
    if (blocks.sequences.size() == 1 && blocks.sequences[0].runs.size() == 1 && blocks.sequences[0].times == 1)
      blocks.sequences[0].runs[0].count *= std::exchange(blocks.times, 1);
    return blocks;
  }

 private:
  HeadBlocks blocks_of(const HeadMask& mask, std::size_t request) {
    HeadBlocks head{{}, static_cast<double>(mask.heads) / group_, mask.first_head, request};
    const TileVisits visits = visit_tiles(mask.mask, tiling_);
    for (const TileCount& tile : visits.tiles) {
      const auto full = static_cast<double>(tile.full);
      append(head.tiles, {tiles_per_tile_, full, static_cast<double>(tile.visited) - full});
    }
    const double times = head.times * times_of(head) * tiles_per_tile_;
    fetched_keys_ += times * static_cast<double>(visits.fetched_keys);
    gathered_units_ += times * static_cast<double>(visits.gathered_units);
    return head;
  }

  [[nodiscard]] double times_of(const HeadBlocks& head) const { return problem_.requests[head.request].times; }

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

  // A sequence after the other, and of each a head after the other, or as many as go side by side.
  Blocks heads_outer() const {
    Blocks blocks;
    if (swizzles()) {
      for (std::size_t r = 0; r < problem_.requests.size(); ++r) side_by_side(r, blocks);
      return blocks;
    }
    if (problem_.requests.size() == 1) {
      blocks.times = problem_.requests.front().times;
      for (const HeadBlocks& head : heads_) blocks.sequences.push_back(sequence_of(head, head.times));
      return blocks;
    }
    require_few_sequences();
    for (auto head = heads_.begin(); head != heads_.end();) {
      const auto end =
          std::find_if(head, heads_.end(), [&](const HeadBlocks& other) { return other.request != head->request; });
      if (end - head == 1)
        blocks.sequences.push_back(sequence_of(*head, head->times * times_of(*head)));
      else
        for (double time = 0; time < times_of(*head); ++time)
          for (auto each = head; each != end; ++each) blocks.sequences.push_back(sequence_of(*each, each->times));
      head = end;
    }
    return blocks;
  }

  [[nodiscard]] double swizzle(std::size_t request) const {
    return heads_side_by_side(kernel_.schedule, shape_, problem_.requests[request].keys(),
                              problem_.group() / group_);
  }

  [[nodiscard]] bool swizzles() const {
    for (std::size_t r = 0; r < problem_.requests.size(); ++r)
      if (swizzle(r) > 1) return true;
    return false;
  }

  // Heads in a row that have one mask.
  struct Heads {
    const HeadBlocks* blocks;
    double count;
  };

  [[nodiscard]] std::vector<Heads> heads_of(std::size_t request) const {
    std::vector<Heads> once;
    for (const HeadBlocks& head : heads_)
      if (head.request == request) once.push_back({&head, head.times});
    const double times = problem_.requests[request].times;
    if (once.size() == 1) return {{once[0].blocks, once[0].count * times}};
    require_few_sequences();
    std::vector<Heads> all;
    for (double time = 0; time < times; ++time) all.insert(all.end(), once.begin(), once.end());
    return all;
  }

  void side_by_side(std::size_t request, Blocks& blocks) const {
    const double most = swizzle(request);
    std::vector<Heads> section;
    double room = most;
    for (Heads left : heads_of(request))
      while (left.count > 0) {
        const bool alone = section.empty() && left.count >= most;
        const double taken = std::min(left.count, room);
        const double times = alone ? std::floor(left.count / most) : 1;
        section.push_back({left.blocks, taken});
        left.count -= taken * times;
        room -= taken;
        if (room > 0) continue;
        blocks.sequences.push_back(sequence_of(section, times));
        section.clear();
        room = most;
      }
    if (!section.empty()) blocks.sequences.push_back(sequence_of(section, 1));
  }

  // Tile by tile of all these heads, which have as many.
  [[nodiscard]] BlockSequence sequence_of(const std::vector<Heads>& section, double times) const {
    std::vector<std::vector<BlockRun>> rest;
    std::vector<double> counts;
    for (const Heads& heads : section) {
      rest.push_back(heads.blocks->tiles);
      if (kernel_.schedule.descending) std::ranges::reverse(rest.back());
      counts.push_back(heads.count);
    }
    BlockSequence sequence{{}, times};
    for (const BlockRun& run : tile_by_tile(std::move(rest), counts)) append(sequence.runs, run);
    return sequence;
  }

  [[nodiscard]] BlockSequence sequence_of(const HeadBlocks& head, double times) const {
    BlockSequence sequence{head.tiles, times};
    if (kernel_.schedule.descending) std::ranges::reverse(sequence.runs);
    return sequence;
  }

  // Where Q tiles are not as many as runs of so many queries, of several dimensions or dilation groups, every one
  // is taken to have the mean.
  [[nodiscard]] double partial_rows(const TileParts& parts) const {
    double rows = 0;
    for (const HeadBlocks& head : heads_) {
      const double queries = problem_.requests[head.request].queries();
      double tiles = 0;
      for (const BlockRun& run : head.tiles) tiles += run.count / tiles_per_tile_;
      const auto size = static_cast<double>(tiling_.query_tile_size());
      const double of_tile = std::ceil(queries / size) == tiles ? size : queries / tiles;
      double at = 0;
      for (const BlockRun& run : head.tiles) {
        const double before = at * of_tile;
        at += run.count / tiles_per_tile_;
        rows += head.times * times_of(head) * group_ * (std::min(queries, at * of_tile) - before) *
                parts.of(run.visits());
      }
    }
    return rows;
  }

  void require_few_sequences() const {
    double listed = 0;
    for (const HeadBlocks& head : heads_) listed += times_of(head);
    if (listed > most_sequences)
      throw InputError(
          fmt::format("{} heads and sequences of several lengths, of different masks: kernels are "
                      "modelled up to {}",
                      listed, most_sequences));
  }

  // A Q tile after the other, of each a head after the other, and of each head a sequence after the other.
  Blocks queries_outer() {
    std::ranges::stable_sort(heads_, {}, &HeadBlocks::first);
    std::vector<std::vector<BlockRun>> rest;
    std::vector<double> counts;
    for (const HeadBlocks& head : heads_) {
      rest.push_back(head.tiles);
      counts.push_back(head.times * times_of(head));
    }
    std::vector<BlockRun> order = tile_by_tile(std::move(rest), counts);
    if (kernel_.schedule.descending) std::ranges::reverse(order);
    if (kernel_.schedule.longest_first) std::ranges::stable_sort(order, std::ranges::greater{}, &BlockRun::visits);
    Blocks blocks;
    blocks.sequences.push_back({});
    for (const BlockRun& run : order) append(blocks.sequences[0].runs, run);
    return blocks;
  }

  // The tiles of heads, of so many each, side by side.
  [[nodiscard]] std::vector<BlockRun> tile_by_tile(std::vector<std::vector<BlockRun>> rest,
                                                   const std::vector<double>& counts) const {
    std::vector<BlockRun> order;
    std::vector<std::size_t> at(rest.size(), 0);
    while (take_tiles(rest, counts, at, order)) {
    }
    return order;
  }

  // As many Q tiles as are equal in every head: of one mask a run, of several one tile at a time, of those heads
  // that still have some. Nothing, and false, once there are no more.
  bool take_tiles(std::vector<std::vector<BlockRun>>& rest, const std::vector<double>& counts,
                  std::vector<std::size_t>& at, std::vector<BlockRun>& order) const {
    bool any = false;
    for (std::size_t h = 0; h < rest.size(); ++h) {
      if (at[h] == rest[h].size()) continue;
      BlockRun& run = rest[h][at[h]];
      const double tiles = rest.size() == 1 ? run.count : tiles_per_tile_;
      order.push_back({tiles * counts[h], run.full, run.partial});
      run.count -= tiles;
      if (run.count <= 0) ++at[h];
      any = true;
    }
    return any;
  }

  const Kernel& kernel_;
  const Attention& problem_;
  KernelShape shape_;  // under the tiles as they are asked for
  Tiling tiling_;
  double group_ = 1;               // query heads in a Q tile
  double tiles_per_tile_ = 1;      // Q tiles over the heads of a group
  std::vector<HeadBlocks> heads_;  // of all requests
  double fetched_keys_ = 0;
  double gathered_units_ = 0;
};

double sum_of(const Blocks& blocks, const std::function<double(const BlockRun&)>& value) {
  double sum = 0;
  for (const BlockSequence& sequence : blocks.sequences)
    for (const BlockRun& run : sequence.runs) sum += blocks.times * sequence.times * run.count * value(run);
  return sum;
}

}  // namespace

double TileParts::of(double tile_visits) const {
  return count > 0 ? count : std::max(1.0, std::ceil(tile_visits / visits));
}

double TileParts::before(double tile_visits, double part) const {
  if (visits > 0) return std::min(tile_visits, part * visits);
  const double least = std::floor(tile_visits / count);
  return part * least + std::min(part, tile_visits - count * least);
}

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

Blocks blocks_of(const Kernel& kernel, const BlockView& view, const KernelShape& shape, const BlockPlaces& places) {
  return BlockMaker(kernel, view, shape).make(places);
}

}  // namespace tilewright
