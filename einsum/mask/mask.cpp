#include "einsum/mask/mask.hpp"

#include <fmt/format.h>

#include "common/error.hpp"

namespace tilewright {

RelationPtr Mask::flattened() const {
  std::vector<RelationPtr> relations;
  for (const Axis& axis : axes) relations.push_back(axis.relation);
  return flattened_product(std::move(relations));
}

Mask product_mask(const Layout& layout, std::vector<Axis> axes) { return {layout, std::move(axes)}; }

Mask flat_mask(const Layout& layout, RelationPtr relation) { return {layout, {{std::move(relation)}}}; }

Mask combined(const Mask& first, const Mask& second, Combination how) {
  if (first.layout != second.layout)
    throw InputError(fmt::format("masks over {} and {} tokens cannot be combined", to_text(first.layout.keys),
                                 to_text(second.layout.keys)));
  const bool product = how == Combination::both && first.is_product() && second.is_product();
  if (!product) return flat_mask(first.layout, combined(first.flattened(), second.flattened(), how));
  std::vector<Axis> axes;
  for (std::size_t d = 0; d < first.axes.size(); ++d)
    axes.push_back({combined(first.axes[d].relation, second.axes[d].relation, how)});
  return product_mask(first.layout, std::move(axes));
}

Mask negated(const Mask& mask) { return flat_mask(mask.layout, negated(mask.flattened())); }

Mask shifted(const Mask& mask, const Extents& queries, const Extents& keys) {
  if (queries.size() != mask.axes.size() || keys.size() != mask.axes.size())
    throw InputError(
        fmt::format("a shift of this mask has {} number{}, one per dimension it is a product of; got {}",
                    mask.axes.size(), mask.axes.size() == 1 ? "" : "s", to_text(keys)));
  Mask result{mask.layout, {}};
  for (std::size_t d = 0; d < mask.axes.size(); ++d)
    result.axes.push_back({shifted(mask.axes[d].relation, queries[d], keys[d])});
  return result;
}

}  // namespace tilewright
