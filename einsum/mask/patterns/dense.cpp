#include "einsum/mask/patterns/all.hpp"

namespace tilewright {

namespace {

Mask make(const Arguments&, const Scene& scene) {
  std::vector<Axis> axes;
  for (std::size_t d = 0; d < scene.layout.dimensions(); ++d) axes.push_back({all_pairs(scene.layout.axis(d))});
  return product_mask(scene.layout, std::move(axes));
}

}  // namespace

const Pattern dense_pattern{.name = "dense",
                            .summary = "all pairs",
                            .source = "Vaswani et al., Attention Is All You Need, 2017",
                            .parameters = {},
                            .more_queries_than_keys = true,
                            .example = "",
                            .example_layout = "64",
                            .make = make};

}  // namespace tilewright
