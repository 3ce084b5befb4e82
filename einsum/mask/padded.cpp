#include "einsum/mask/padded.hpp"

#include "einsum/mask/cropped.hpp"

namespace tilewright {

std::array<Count, 2> paddings_of(Extent extent, Count query_tile, Count key_tile) {
  return {ceil_div(extent.queries, query_tile) * query_tile - extent.queries,
          ceil_div(extent.keys, key_tile) * key_tile - extent.keys};
}

Layout padded(Layout layout, const Extents& padding) {
  for (std::size_t d = 0; d < padding.size(); ++d) {
    layout.queries[d] += padding[d];
    layout.keys[d] += padding[d];
  }
  return layout;
}

Mask padded_mask(const Arguments& rule, const Layout& layout, const Extents& padding) {
  return cropped(make_mask(pattern(rule.pattern()), rule, {padded(layout, padding)}), layout);
}

}  // namespace tilewright
