// A flat tree with its numbers: how large tiles are, how often loops select another one, and whether it all fits.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "mappings/flat_tree.hpp"
#include "mappings/frame.hpp"
#include "mappings/misfit.hpp"

namespace tilewright {

class SizedTree {
 public:
  /// `element_B` are the bytes of an element.
  explicit SizedTree(ByTensor<double> element_B) : element_B_(std::move(element_B)) {}

  /// Both must stay until the next call. Memory is reused.
  void set(const FlatTree& flat, const Numbers& numbers);

  [[nodiscard]] const FlatTree& flat() const { return *flat_; }
  [[nodiscard]] const Numbers& numbers() const { return *numbers_; }
  [[nodiscard]] double factor(NodeId loop) const { return factors_[loop.index()]; }
  [[nodiscard]] double element_B(TensorId tensor) const { return element_B_[tensor]; }
  /// So many coordinates of a rank do a loop and those above it over the same rank divide it into.
  [[nodiscard]] double covered(NodeId loop) const { return covered_[loop]; }
  /// Whether loops go beyond the end of their rank, so that the last tile is smaller than the others.
  [[nodiscard]] bool imperfect() const { return !imperfect_.empty(); }
  [[nodiscard]] const IdSet<RankId>& imperfect_ranks() const { return imperfect_; }
  /// Of a tree that is imperfect(): coordinates of the rank in a tile below a loop, but for the last one; the index
  /// of the iteration that has the rank's last coordinate; coordinates in that iteration's tile.
  [[nodiscard]] double below(NodeId loop) const { return below_[loop]; }
  [[nodiscard]] double last_index(NodeId loop) const;
  [[nodiscard]] double last_extent(NodeId loop) const;
  /// Coordinates of the loop's rank in a tile below it, but for the last one, of those above the loop.
  [[nodiscard]] double extent(NodeId loop, double above) const {
    return imperfect() ? std::min(above, below_[loop]) : above / factor(loop);
  }
  /// So many different tiles of a tensor a loop over one of its ranks selects; it selects each of them so many
  /// times in a row as its factor is more. NaN where tiles do not divide groups that share.
  [[nodiscard]] double selected(const Tile& tile, NodeId loop) const {
    return (tile.shared ? shared_factors_.data() : factors_)[loop.index()];
  }
  /// How many coordinates of a shared rank select the same element; 1 where nothing is shared.
  [[nodiscard]] double shared_by() const { return shared_by_; }
  /// The product of the factors of loops.
  [[nodiscard]] double product(Loops loops) const {
    double result = 1;
    for (const NodeId loop : loops) result *= factor(loop);
    return result;
  }
  /// Points of an Einsum's iteration space, and how many of them its lanes take at once.
  [[nodiscard]] double points(const Leaf& leaf) const { return box(leaf.space); }
  [[nodiscard]] double lanes(const Leaf& leaf) const { return product(leaf.spatial); }
  /// Iterations of its temporal loops in which any lane works.
  [[nodiscard]] double steps(const Leaf& leaf) const {
    return imperfect() ? imperfect_steps(leaf) : points(leaf) / lanes(leaf);
  }
  /// The product of the shapes of FlatTree::boxes.
  [[nodiscard]] double box(BoxId box) const { return boxes_[box]; }
  /// Elements of the tensor that a tile is of, and of the tile; of tiles that differ the largest.
  [[nodiscard]] double tensor_elements(const Tile& tile) const { return boxes_[tile.box]; }
  [[nodiscard]] double tile_elements(const Tile& tile) const;
  /// Elements of a residency, of all its instances and buffers.
  [[nodiscard]] double held_elements(const Residency& residency) const;

 private:
  void share(const SharedRank& shared);
  void measure_boxes();
  void find_imperfect();
  [[nodiscard]] double imperfect_steps(const Leaf& leaf) const;
  [[nodiscard]] double rank_steps(NodeId innermost) const;
  void share_loops(RankId rank, double apart);

  ByTensor<double> element_B_;
  const FlatTree* flat_ = nullptr;
  const Numbers* numbers_ = nullptr;
  const double* factors_ = nullptr;  // of numbers_
  ByNode<double> covered_;
  IdSet<RankId> imperfect_;
  ByNode<double> below_;  // of a tree that is imperfect
  ById<BoxId, double> boxes_;
  double shared_by_ = 1;
  ByNode<double> shared_factors_;
  ByRank<double> shared_shapes_;
};

/// Tells where the loops of an Einsum do not cover a rank exactly once, but for last tiles that are smaller, where
/// Einsums divide a rank into other tiles below the same loop, where they spread over more lanes than their unit
/// has, where a tile that is handed over from its writer to its readers has gone in between, where a tile is kept
/// in more instances than its level has, where tiles do not divide groups that share a tensor, and where the steps
/// of an iteration would run at once.
Misfit check_coverage(const Cascade& cascade, const Arch& arch, const SizedTree& sized);

}  // namespace tilewright
