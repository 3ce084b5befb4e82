// `keep` key blocks per query block and head, drawn with a seed without repetition: a stand-in for the blocks that
// a dynamic method selects by their scores. With causal = 1 they are drawn from the blocks up to the query's own,
// all of them where there are fewer, and k <= q. `share` in place of `keep`: so much of the blocks that they are
// drawn from, rounded down, at least one. `group` heads in a row have the same blocks, as those of a KV head that
// choose together.
//
// Sources of the selection that it stands for: J. Tang et al., "Quest: Query-Aware Sparsity for Efficient
// Long-Context LLM Inference", ICML 2024; Y. Gao et al., "SeerAttention: Learning Intrinsic Sparse Attention in
// Your LLMs", 2024.
#include <fmt/format.h>

#include <algorithm>

#include "einsum/mask/patterns/all.hpp"
#include "einsum/mask/patterns/draw.hpp"
#include "einsum/mask/patterns/query_blocks.hpp"

namespace tilewright {

namespace {

constexpr Count most_heads = 1 << 20;

Count alike(const Arguments& arguments) {
  return arguments.has("group") ? arguments.count("group", 1, most_heads) : 1;
}

Mask make(const Arguments& arguments, const Scene& scene) {
  const Extent extent = scene.layout.flattened();
  const Count given = arguments.count("keep", 0);
  const double share = arguments.number("share", 0, 1);
  if ((given > 0) == (share > 0)) arguments.fail("keep", "expected either 'keep' or 'share', more than 0");
  const Count keep = std::max(given, Count{1});
  const Count block = arguments.count("block", 1);
  const Count seed = arguments.count("seed", 0);
  const bool causal = arguments.count("causal", 0, 1) == 1;
  const Count blocks = ceil_div(extent.keys, block);
  if (keep > blocks) arguments.fail("keep", fmt::format("{} is more than the {} key blocks", keep, blocks));
  const auto seen = [=, head = scene.head / alike(arguments)](Count query_block, std::vector<Segment>& segments) {
    const Count among = causal ? query_block + 1 : blocks;
    const Count all = std::max(keep, static_cast<Count>(share * static_cast<double>(among)));
    append_runs(draw({seed, head, query_block}, all, among), block, segments);
  };
  return flat_mask(scene.layout, by_query_block(extent, block, causal, seen));
}

}  // namespace

const Pattern random_blocks_pattern{
    .name = "random-blocks",
    .summary = "key blocks drawn per query block and head",
    .source = "stands for top-k selection: Tang et al., Quest, 2024",
    .parameters = {{"keep", "key blocks per query block, at most all", "0", false},
                   {"share", "or: of the blocks that they are drawn from, rounded down, at least one", "0", false},
                   {"block", "tokens of a block"},
                   {"causal", "1: only blocks up to the query's own, and k <= q", "0", false},
                   {"group", "heads in a row with the same blocks, as of one KV head", "1", false},
                   {"seed", "another one draws other blocks", "0", false}},
    .example = "keep=3,block=4,causal=1",
    .example_layout = "64",
    .by_number = true,
    .alike = alike,
    .make = make};

}  // namespace tilewright
