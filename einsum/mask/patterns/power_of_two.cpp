// With blocks of `block` tokens, a query block sees the key blocks at a distance below `window` or at a distance
// that is a power of two (1, 2, 4, ...); causal.
//
// Source: L. Chen, D. Xu, C. An, X. Wang, Y. Zhang, J. Chen, Z. Liang, F. Wei, J. Liang, Y. Xiao, W. Wang,
// "PowerAttention: Exponentially Scaling of Receptive Fields for Effective Sparse Attention", 2025.
#include "einsum/mask/patterns/all.hpp"
#include "einsum/mask/patterns/query_blocks.hpp"

namespace tilewright {

namespace {

Mask make(const Arguments& arguments, const Scene& scene) {
  const Count block = arguments.count("block", 1);
  const Count window = arguments.count("window", 1);
  const auto seen = [block, window](Count query_block, std::vector<Segment>& segments) {
    segments.push_back(fixed_segment((query_block - window + 1) * block, (query_block + 1) * block));
    for (Count distance = 1; distance <= query_block; distance *= 2)
      segments.push_back(fixed_segment((query_block - distance) * block, (query_block - distance + 1) * block));
  };
  return flat_mask(scene.layout, by_query_block(scene.layout.flattened(), block, true, seen));
}

}  // namespace

const Pattern power_of_two_pattern{
    .name = "power-of-two",
    .summary = "key blocks at a distance below the window or equal to a power of two; causal",
    .source = "Chen et al., PowerAttention, 2025",
    .parameters = {{"block", "tokens of a block"}, {"window", "last blocks up to the query's own"}},
    .example = "block=2,window=2",
    .example_layout = "64",
    .make = make};

}  // namespace tilewright
