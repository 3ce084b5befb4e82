#include "einsum/mask/cropped.hpp"

#include <algorithm>

#include "einsum/mask/neighborhood.hpp"

namespace tilewright {

namespace {

class Cropped final : public Relation {
 public:
  Cropped(RelationPtr relation, Extent extent) : Relation(extent), relation_(std::move(relation)) {}

  void bands(Count first, Count last, Bands& out) const override {
    Bands from;
    relation_->bands(first, last, from);
    for (const Band& band : from.bands)
      combine(band.first, band.last, extent().keys, from.of(band), {}, Combination::either, out);
  }

  void pieces(Count first, Count last, Pieces& out) const override {
    Pieces from;
    relation_->pieces(first, last, from);
    for (const Piece& piece : from) append_clipped(piece, fixed_segment(0, extent().keys), out);
  }

 private:
  RelationPtr relation_;
};

RelationPtr cropped(const RelationPtr& relation, Extent extent) {
  if (relation->extent() == extent) return relation;
  return std::make_shared<Cropped>(relation, extent);
}

// Tokens by their index modulo the number of groups, equal neighbours together.
std::vector<DilationGroup> cropped(const std::vector<DilationGroup>& groups, Extent extent) {
  Count dilation = 0;
  for (const DilationGroup& group : groups) dilation += group.times;
  const Count missing = extent.keys - extent.queries;
  std::vector<DilationGroup> result;
  Count at = 0;
  for (const DilationGroup& group : groups)
    for (Count i = 0; i < group.times; ++i, ++at) {
      const Count keys = group_length(extent.keys, dilation, at);
      const Extent part{keys - (missing > at ? group_length(missing, dilation, at) : 0), keys};
      if (i > 0 && result.back().relation->extent() == part)
        ++result.back().times;
      else
        result.push_back({1, cropped(group.relation, part)});
    }
  return result;
}

}  // namespace

Mask cropped(const Mask& mask, const Layout& layout) {
  Mask result{layout, {}};
  for (std::size_t d = 0; d < mask.axes.size(); ++d) {
    const Axis& axis = mask.axes[d];
    result.axes.push_back({cropped(axis.relation, layout.axis(d)), cropped(axis.groups, layout.axis(d))});
  }
  return result;
}

}  // namespace tilewright
