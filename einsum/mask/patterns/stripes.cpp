// A query block sees the first block, its own block, and `stripes` single key columns between them; causal.
//
// Which columns depends on the data. They stand here as drawn with a seed, without repetition, per query block from
// all keys between the first block and its own; all of them where there are fewer. The numbers of keys and of the
// tiles that they touch are those of scattered columns, the worst case; real ones cluster. Heads do not differ: a
// mixture of masks with several seeds is one of heads that do.
//
// Source: Y. Zhang, D. Guo, et al., "AnchorAttention: Difference-Aware Sparse Attention with Stripe Granularity",
// EMNLP 2025 (the anchor: first keys and the local window).
#include "einsum/mask/patterns/all.hpp"
#include "einsum/mask/patterns/draw.hpp"
#include "einsum/mask/patterns/query_blocks.hpp"

namespace tilewright {

namespace {

Mask make(const Arguments& arguments, const Scene& scene) {
  const Count block = arguments.count("block", 1);
  const Count stripes = arguments.count("stripes", 0);
  const Count seed = arguments.count("seed", 0);
  const auto seen = [=](Count query_block, std::vector<Segment>& segments) {
    segments.push_back(fixed_segment(0, block));
    segments.push_back(fixed_segment(query_block * block, (query_block + 1) * block));
    std::vector<Count> columns = draw({seed, query_block}, stripes, (query_block - 1) * block);
    for (Count& column : columns) column += block;
    append_runs(columns, 1, segments);
  };
  return flat_mask(scene.layout, by_query_block(scene.layout.flattened(), block, true, seen));
}

}  // namespace

const Pattern stripes_pattern{.name = "stripes",
                              .summary = "the first block, the query's own, and drawn key columns between; causal",
                              .source = "Zhang et al., AnchorAttention, 2025",
                              .parameters = {{"stripes", "key columns drawn per query block"},
                                             {"block", "tokens of a block"},
                                             {"seed", "another one draws other columns", "0", false}},
                              .example = "stripes=6,block=8",
                              .example_layout = "64",
                              .make = make};

}  // namespace tilewright
