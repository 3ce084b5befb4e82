// With blocks of `block` tokens, head h sees the key blocks with number = h modulo `shards`, and the last `local`
// blocks up to the query's own; causal. Together the heads of a shard period see every key.
//
// Source: X. Lin, Y. Zhang, S. Ge, L. Ren, B. Patra, V. Chaudhary, H. Peng, X. Song, "S2-Attention: Hardware-Aware
// Context Sharding Among Attention Heads", 2024.
#include "einsum/mask/patterns/all.hpp"
#include "einsum/mask/patterns/query_blocks.hpp"

namespace tilewright {

namespace {

Mask make(const Arguments& arguments, const Scene& scene) {
  const Count block = arguments.count("block", 1);
  const Count shards = arguments.count("shards", 1);
  const Count local = arguments.count("local", 1);
  const auto seen = [=, shard = scene.head % shards](Count query_block, std::vector<Segment>& segments) {
    const Count first_local = query_block - local + 1;
    for (Count b = shard; b < first_local; b += shards)
      segments.push_back(fixed_segment(b * block, (b + 1) * block));
    segments.push_back(fixed_segment(first_local * block, (query_block + 1) * block));
  };
  return flat_mask(scene.layout, by_query_block(scene.layout.flattened(), block, true, seen));
}

}  // namespace

const Pattern s2_pattern{.name = "s2",
                         .summary = "key blocks with number = head modulo shards, and a local window; causal",
                         .source = "Lin et al., S2-Attention, 2024",
                         .parameters = {{"block", "tokens of a block"},
                                        {"shards", "every so many-th key block is one head's"},
                                        {"local", "last blocks up to the query's own"}},
                         .example = "block=4,shards=4,local=2",
                         .example_layout = "64",
                         .heads = [](const Arguments& arguments) { return arguments.count("shards", 1, 1 << 20); },
                         .by_number = true,
                         .make = make};

}  // namespace tilewright
