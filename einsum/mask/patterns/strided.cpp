// The two factorised patterns of the Sparse Transformer, both causal:
//
//   strided:  0 <= q - k < stride, or (q - k) mod stride = 0
//   fixed:    floor(q / stride) = floor(k / stride), or k mod stride >= stride - summary
//
// Source: R. Child, S. Gray, A. Radford, I. Sutskever, "Generating Long Sequences with Sparse Transformers", 2019,
// section 4.3. There the two halves are two heads or two steps; here, as in most kernels, one head has both.
#include <fmt/format.h>

#include "einsum/mask/patterns/all.hpp"
#include "einsum/mask/patterns/query_blocks.hpp"

namespace tilewright {

namespace {

Mask make_strided(const Arguments& arguments, const Scene& scene) {
  const Count stride = arguments.count("stride", 1);
  // Within a block of `stride` queries the same number of diagonals has begun.
  const auto seen = [stride](Count block, std::vector<Segment>& segments) {
    const Count at = block * stride;
    for (Count diagonal = 0; diagonal + stride < at; diagonal += stride)
      segments.push_back({{diagonal, true}, {diagonal + 1, true}});
    segments.push_back({{at - stride, true}, {at + 1, true}});
  };
  return flat_mask(scene.layout, by_diagonals(scene.layout.flattened(), stride, seen));
}

Mask make_fixed(const Arguments& arguments, const Scene& scene) {
  const Count stride = arguments.count("stride", 1);
  const Count summary = arguments.count("summary", 1);
  if (summary > stride) arguments.fail("summary", fmt::format("{} is more than the stride, {}", summary, stride));
  const auto seen = [stride, summary](Count block, std::vector<Segment>& segments) {
    for (Count end = stride; end < block * stride; end += stride)
      segments.push_back(fixed_segment(end - summary, end));
    segments.push_back(fixed_segment(block * stride - summary, (block + 1) * stride));
  };
  return flat_mask(scene.layout, by_query_block(scene.layout.flattened(), stride, true, seen));
}

}  // namespace

const Pattern strided_pattern{.name = "strided",
                              .summary = "0 <= q - k < stride, or q - k a multiple of it; causal",
                              .source = "Child et al., Sparse Transformer, 2019",
                              .parameters = {{"stride", "l of the paper, near the root of the length"}},
                              .example = "stride=8",
                              .example_layout = "64",
                              .make = make_strided};

const Pattern fixed_pattern{
    .name = "fixed",
    .summary = "the same block of `stride` tokens, or the last `summary` keys of a block; causal",
    .source = "Child et al., Sparse Transformer, 2019",
    .parameters = {{"stride", "tokens of a block, l of the paper"},
                   {"summary",
                    "last keys of a block that all later queries see, c of the paper; at most the stride"}},
    .example = "stride=8,summary=2",
    .example_layout = "64",
    .make = make_fixed};

}  // namespace tilewright
