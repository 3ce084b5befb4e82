// k < prefix or k <= q: the prefix is seen by all, also by itself both ways; the rest is causal.
//
// Source: C. Raffel et al., "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer",
// JMLR 2020, section 3.2 (prefix LM).
#include <fmt/format.h>

#include "einsum/mask/patterns/all.hpp"
#include "einsum/mask/patterns/query_blocks.hpp"

namespace tilewright {

namespace {

Mask make(const Arguments& arguments, const Scene& scene) {
  const Extent extent = scene.layout.flattened();
  const Count prefix = arguments.count("prefix", 0);
  if (prefix > extent.keys)
    arguments.fail("prefix", fmt::format("{} is more than the {} keys of the layout", prefix, extent.keys));
  const auto seen = [prefix](Count, std::vector<Segment>& segments) {
    segments.push_back(fixed_segment(0, prefix));
    segments.push_back({{0, false}, {1, true}});
  };
  return flat_mask(scene.layout, by_query_block(extent, extent.keys, false, seen));
}

}  // namespace

const Pattern prefix_pattern{.name = "prefix",
                             .summary = "k < prefix or k <= q",
                             .source = "Raffel et al., T5, 2020",
                             .parameters = {{"prefix", "first tokens, at most all keys"}},
                             .example = "prefix=20",
                             .example_layout = "64",
                             .make = make};

}  // namespace tilewright
