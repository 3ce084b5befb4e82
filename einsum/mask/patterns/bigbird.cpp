// Global tokens, a window and random blocks; not causal. With blocks of `block` tokens a query sees a key where
//
//   q < global or k < global,
//   the distance of their blocks is at most (window - 1) / 2, or
//   the key's block is one of the `random` drawn for the query's block.
//
// Drawn without repetition, from the blocks that neither the window nor the global tokens cover whole; all of them
// where there are fewer. Heads do not differ: a mixture of masks with several seeds is one of heads that do.
//
// Source: M. Zaheer et al., "Big Bird: Transformers for Longer Sequences", NeurIPS 2020, section 2 and appendix D
// (blocks; internal global tokens).
#include <fmt/format.h>

#include <algorithm>

#include "einsum/mask/patterns/all.hpp"
#include "einsum/mask/patterns/draw.hpp"
#include "einsum/mask/patterns/query_blocks.hpp"

namespace tilewright {

namespace {

struct BigBird {
  Count global;
  Count window;
  Count random;
  Count block;
  Count seed;
  Count keys;

  void operator()(Count query_block, std::vector<Segment>& segments) const {
    const Count first = query_block - window / 2;
    const Count last = query_block + window / 2 + 1;
    segments.push_back(fixed_segment(0, global));
    segments.push_back(fixed_segment(first * block, last * block));
    append_runs(drawn(query_block, first, last), block, segments);
  }

  // From the blocks after the global ones, without those of the window [first, last).
  [[nodiscard]] std::vector<Count> drawn(Count query_block, Count first, Count last) const {
    const Count blocks = ceil_div(keys, block);
    const Count begin = global / block;
    first = std::clamp(first, begin, blocks);
    last = std::clamp(last, first, blocks);
    std::vector<Count> result = draw({seed, query_block}, random, blocks - begin - (last - first));
    for (Count& each : result) each += each < first - begin ? begin : begin + last - first;
    return result;
  }
};

Mask make(const Arguments& arguments, const Scene& scene) {
  const Extent extent = scene.layout.flattened();
  const BigBird of{.global = arguments.count("global", 0),
                   .window = arguments.count("window", 1),
                   .random = arguments.count("random", 0),
                   .block = arguments.count("block", 1),
                   .seed = arguments.count("seed", 0),
                   .keys = extent.keys};
  if (of.global > extent.keys)
    arguments.fail("global", fmt::format("{} is more than the {} keys of the layout", of.global, extent.keys));
  if (of.window % 2 == 0)
    arguments.fail("window",
                   fmt::format("expected an odd number of blocks, the query's in the middle, got {}", of.window));
  const RelationPtr rows = by_query_block(extent, of.block, false, of);
  if (of.global == 0) return flat_mask(scene.layout, rows);
  const auto all = [extent](Count block, std::vector<Segment>& segments) {
    if (block == 0) segments.push_back(fixed_segment(0, extent.keys));
  };
  return flat_mask(scene.layout,
                   combined(rows, by_query_block(extent, of.global, false, all), Combination::either));
}

}  // namespace

const Pattern bigbird_pattern{.name = "bigbird",
                              .summary = "global tokens, a window of blocks, and random blocks",
                              .source = "Zaheer et al., Big Bird, 2020",
                              .parameters = {{"global", "first tokens, which see all and are seen by all"},
                                             {"window", "blocks around the query's own, an odd number"},
                                             {"random", "blocks drawn per query block"},
                                             {"block", "tokens of a block"},
                                             {"seed", "another one draws other blocks", "0", false}},
                              .example = "global=4,window=3,random=2,block=4",
                              .example_layout = "64",
                              .make = make};

}  // namespace tilewright
