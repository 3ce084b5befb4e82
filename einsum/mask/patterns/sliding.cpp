// position - left <= k <= position + right; causal is the window that reaches to the first key.
#include "einsum/mask/patterns/all.hpp"

namespace tilewright {

namespace {

class SlidingWindow final : public Relation {
 public:
  SlidingWindow(Extent extent, Count left, Count right) : Relation(extent), left_(left), right_(right) {}

  void bands(Count first, Count last, Bands& out) const override {
    const Count at = extent().position(first);
    const Segment window{{at - left_, true}, {at + right_ + 1, true}};
    combine(first, last, extent().keys, {&window, 1}, {}, Combination::either, out);
  }

 private:
  Count left_;
  Count right_;
};

Mask make_causal(const Arguments&, const Scene& scene) {
  const Extent extent = scene.layout.flattened();
  return flat_mask(scene.layout, std::make_shared<SlidingWindow>(extent, extent.keys + extent.queries, 0));
}

Mask make_sliding(const Arguments& arguments, const Scene& scene) {
  return flat_mask(scene.layout,
                   std::make_shared<SlidingWindow>(scene.layout.flattened(), arguments.count("left", 0),
                                                   arguments.count("right", 0)));
}

}  // namespace

const Pattern causal_pattern{.name = "causal",
                             .summary = "k <= q, aligned at the last query and key",
                             .source = "Radford et al., GPT, 2018",
                             .parameters = {},
                             .more_queries_than_keys = true,
                             .example = "",
                             .example_layout = "64",
                             .make = make_causal};

const Pattern sliding_pattern{
    .name = "sliding",
    .summary = "q - left <= k <= q + right",
    .source = "Beltagy et al., Longformer, 2020; Jiang et al., Mistral 7B, 2023 (right = 0)",
    .parameters = {{"left", "keys before the query's own"}, {"right", "keys after it", "0", false}},
    .more_queries_than_keys = true,
    .example = "left=15,right=0",
    .example_layout = "64",
    .make = make_sliding};

}  // namespace tilewright
