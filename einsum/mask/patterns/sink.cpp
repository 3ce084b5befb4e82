// k < sinks or q - window < k <= q; causal. Also known as the A-shape.
//
// Sources: G. Xiao, Y. Tian, B. Chen, S. Han, M. Lewis, "Efficient Streaming Language Models with Attention Sinks"
// (StreamingLLM), ICLR 2024; H. Jiang et al., "MInference 1.0: Accelerating Pre-filling for Long-Context LLMs via
// Dynamic Sparse Attention", NeurIPS 2024 (A-shape).
#include "einsum/mask/patterns/all.hpp"
#include "einsum/mask/patterns/query_blocks.hpp"

namespace tilewright {

namespace {

Mask make(const Arguments& arguments, const Scene& scene) {
  const Extent extent = scene.layout.flattened();
  const auto seen = [sinks = arguments.count("sinks", 0), window = arguments.count("window", 1)](
                        Count, std::vector<Segment>& segments) {
    segments.push_back(fixed_segment(0, sinks));
    segments.push_back({{1 - window, true}, {1, true}});
  };
  return flat_mask(scene.layout, by_query_block(extent, extent.keys, true, seen));
}

}  // namespace

const Pattern sink_pattern{.name = "sink",
                           .summary = "k < sinks or q - window < k <= q; causal",
                           .source = "Xiao et al., StreamingLLM, 2024",
                           .parameters = {{"sinks", "first keys, which every later query sees"},
                                          {"window", "last keys up to the query's own"}},
                           .example = "sinks=4,window=16",
                           .example_layout = "64",
                           .make = make};

}  // namespace tilewright
