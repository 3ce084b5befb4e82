#include "mappings/sized_tree.hpp"

#include <algorithm>
#include <cmath>

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
  find_imperfect();
  shared_by_ = 1;
  if (flat.shared != nullptr) share(*flat.shared);
  measure_boxes();
}

// A tile is as large as the loops below it make it: full tiles divide into full tiles, and only the last one of a
// rank is smaller.
void SizedTree::find_imperfect() {
  imperfect_ = {};
  for (const Cover& cover : flat_->covers)
    if ((cover.loop ? covered(cover.loop) : 1) != numbers_->shapes[cover.rank]) imperfect_.add(cover.rank);
  if (!imperfect()) return;
  below_.assign(numbers_->factors.size(), 0);
  for (const Cover& cover : flat_->covers) {
    double extent = 1;
    for (NodeId loop = cover.loop; loop && below_[loop] == 0; loop = flat_->outer[loop]) {
      below_[loop] = extent;
      extent *= factor(loop);
    }
  }
}

double SizedTree::last_index(NodeId loop) const {
  const double last = numbers_->shapes[flat_->rank_of[loop]] - 1;
  return std::fmod(std::floor(last / below(loop)), factor(loop));
}

double SizedTree::last_extent(NodeId loop) const {
  return std::fmod(numbers_->shapes[flat_->rank_of[loop]] - 1, below(loop)) + 1;
}

double SizedTree::imperfect_steps(const Leaf& leaf) const {
  double steps = 1;
  const auto innermost = [&](RankId rank) {
    NodeId found;
    for (const Loops loops : {leaf.temporal, leaf.spatial})
      for (const NodeId loop : loops)
        if (flat_->rank_of[loop] == rank && (!found || found < loop)) found = loop;
    return found;
  };
  flat_->boxes[leaf.space].ranks.each([&](RankId rank) { steps *= rank_steps(innermost(rank)); });
  return steps;
}

// From the innermost loop outward: how many iterations a full tile takes, and how many the last one. Lanes of a
// loop run the iterations below at once; the first of them has a full tile if there is more than one.
double SizedTree::rank_steps(NodeId innermost) const {
  double full = 1;
  double last = 1;
  for (NodeId loop = innermost; loop; loop = flat_->outer[loop]) {
    const double index = last_index(loop);
    if (flat_->spatial[loop] != 0) {
      if (index > 0) last = full;
      continue;
    }
    last += index * full;
    full *= factor(loop);
  }
  return last;
}

// Loops over the shared rank select another element only every so many coordinates.
void SizedTree::share(const SharedRank& shared) {
  shared_by_ = numbers_->shapes[shared.rank] / numbers_->groups;
  shared_shapes_ = numbers_->shapes;
  shared_factors_ = numbers_->factors;
  double apart = 1;  // coordinates of the whole from one of the part to the next
  const std::vector<RankId>& parts = flat_->shared_parts;
  std::for_each(parts.rbegin(), parts.rend(), [&](RankId part) {
    const double shape = numbers_->shapes[part];
    share_loops(part, apart);
    shared_shapes_[part] = distinct_coordinates(apart, apart * shape, shared_by_);
    apart *= shape;
  });
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
  double elements = tensor_elements(tile);
  for (const NodeId loop : tile.loops)
    if (!imperfect_.has(flat_->rank_of[loop])) elements /= selected(tile, loop);
  imperfect_.each([&](RankId rank) {
    double extent = numbers_->shapes[rank];
    for (const NodeId loop : tile.loops)
      if (flat_->rank_of[loop] == rank) extent = std::min(extent, below(loop));
    elements = elements / numbers_->shapes[rank] * extent;  // whole numbers, both
  });
  return elements;
}

// Instances that each have another tile hold the tensor together, but for what the iterations above leave out.
double SizedTree::held_elements(const Residency& residency) const {
  if (residency.inside) return 0;
  if (imperfect()) return tile_elements(residency.tile) * product(residency.copies) * factor(residency.node);
  double held = tensor_elements(residency.tile) * product(residency.same) * factor(residency.node);
  if (!residency.tile.shared) return held / product(residency.apart);
  for (const NodeId loop : residency.copies) held *= factor(loop) / selected(residency.tile, loop);
  for (const NodeId loop : residency.apart) held /= selected(residency.tile, loop);
  return held;
}

}  // namespace tilewright
