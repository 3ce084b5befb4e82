// Per dimension, the queries of a block see the block and `halo` keys more on each side:
//
//   block * b - halo <= k < block * (b + 1) + halo,  b = floor(q / block)
//
// Source: A. Vaswani, P. Ramachandran, A. Srinivas, N. Parmar, B. Hechtman, J. Shlens, "Scaling Local
// Self-Attention for Parameter Efficient Visual Backbones" (HaloNet), CVPR 2021, section 2.2.
#include <fmt/format.h>

#include "einsum/mask/patterns/all.hpp"
#include "einsum/mask/patterns/query_blocks.hpp"

namespace tilewright {

namespace {

Mask make(const Arguments& arguments, const Scene& scene) {
  const Extents block = arguments.extents("block", scene.layout.dimensions());
  const Extents halo = arguments.extents("halo", scene.layout.dimensions(), 0);
  std::vector<Axis> axes;
  for (std::size_t d = 0; d < block.size(); ++d) {
    const Extent extent = scene.layout.axis(d);
    if (block[d] > extent.keys)
      arguments.fail("block", fmt::format("{} is more than the {} keys of its dimension", block[d], extent.keys));
    const auto seen = [width = block[d], more = halo[d]](Count b, std::vector<Segment>& segments) {
      segments.push_back(fixed_segment(b * width - more, (b + 1) * width + more));
    };
    axes.push_back({by_query_block(extent, block[d], false, seen)});
  }
  return product_mask(scene.layout, std::move(axes));
}

}  // namespace

const Pattern halo_pattern{.name = "halo",
                           .summary = "the query's block, grown by a halo on each side, per dimension",
                           .source = "Vaswani et al., HaloNet, 2021",
                           .parameters = {{"block", "tokens per dimension, at most its extent"},
                                          {"halo", "keys on each side of the block, per dimension"}},
                           .example = "block=4x4,halo=2x2",
                           .example_layout = "12x16",
                           .make = make};

}  // namespace tilewright
