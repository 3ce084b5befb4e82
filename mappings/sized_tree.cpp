#include "mappings/sized_tree.hpp"

#include <cmath>
#include <ranges>

namespace tilewright {

void SizedTree::set(const FlatTree& flat, const Numbers& numbers) {
  flat_ = &flat;
  numbers_ = &numbers;
  factors_ = numbers.factors.data();
  covered_.resize(numbers.factors.size());
  for (const NodeId loop : flat.loops) {
    const NodeId outer = flat.outer[loop];
    covered_[loop] = factor(loop) * (outer ? covered(outer) : 1);
  }
  shared_by_ = 1;
  if (flat.shared != nullptr) share(*flat.shared);
  measure_boxes();
}

// Loops over the shared rank select another element only every so many coordinates.
void SizedTree::share(const SharedRank& shared) {
  shared_by_ = numbers_->shapes[shared.rank] / numbers_->groups;
  shared_shapes_ = numbers_->shapes;
  shared_factors_ = numbers_->factors;
  double apart = 1;  // coordinates of the whole from one of the part to the next
  const std::vector<RankId>& parts = flat_->shared_parts;
  for (const RankId part : std::ranges::reverse_view(parts)) {
    const double shape = numbers_->shapes[part];
    share_loops(part, apart);
    shared_shapes_[part] = distinct_coordinates(apart, apart * shape, shared_by_);
    apart *= shape;
  }
  if (parts.front() == shared.rank) return;
  share_loops(shared.rank, 1);
  shared_shapes_[shared.rank] = numbers_->groups;
}

void SizedTree::share_loops(RankId rank, double apart) {
  const double all = apart * numbers_->shapes[rank];
  for (const NodeId loop : flat_->loops) {
    if (flat_->rank_of[loop] != rank) continue;
    const double first = all / covered(loop);
    shared_factors_[loop] = distinct_coordinates(first, first * factor(loop), shared_by_);
  }
}

void SizedTree::measure_boxes() {
  boxes_.clear();
  for (const Box& box : flat_->boxes) {
    const ByRank<double>& shapes = box.shared ? shared_shapes_ : numbers_->shapes;
    double product = 1;
    box.ranks.each([&](RankId rank) { product *= shapes[rank]; });
    boxes_.push_back(product);
  }
}

double SizedTree::tile_elements(const Tile& tile) const {
  double tiles = 1;
  for (const NodeId loop : tile.loops) tiles *= selected(tile, loop);
  return tensor_elements(tile) / tiles;
}

// Instances that each have another tile hold the tensor together, but for what the iterations above leave out.
double SizedTree::held_elements(const Residency& residency) const {
  if (residency.inside) return 0;
  double held = tensor_elements(residency.tile) * product(residency.same) * factor(residency.node);
  if (!residency.tile.shared) return held / product(residency.apart);
  for (const NodeId loop : residency.copies) held *= factor(loop) / selected(residency.tile, loop);
  for (const NodeId loop : residency.apart) held /= selected(residency.tile, loop);
  return held;
}

}  // namespace tilewright
