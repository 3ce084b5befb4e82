// The analytic model of a tree: closed loop-nest counting, for a search over trees and over their numbers.
//
// What does not change between trees is found in the constructor, what does not change between numbers in set().
// Nothing is allocated from the second evaluation on, but under a mask.
#pragma once

#include <optional>
#include <vector>

#include "mappings/flattener.hpp"
#include "sim/nest/imperfect_count.hpp"
#include "sim/nest/latency.hpp"
#include "sim/nest/mask_share.hpp"
#include "sim/nest/result.hpp"

namespace tilewright {

/// What trees are of; all must outlive the model.
struct TreeContext {
  const CascadeFacts& facts;
  const Arch& arch;
  ByTensor<double> element_B;            ///< bytes of an element
  const SharedRank* shared = nullptr;    ///< coordinates that share tensors; nullptr: none do
  std::vector<LevelId> overbooked = {};  ///< what does not fit there spills to the parent
  bool held_once = false;                ///< lanes run at once though what they hand over is held once
  const StoredTensor* stored = nullptr;  ///< a tensor that is part of another; nullptr: none is
};

class TreeModel {
 public:
  explicit TreeModel(const TreeContext& context);

  /// Another tree, which must stay until the next one. `active` says which keep nodes hold; empty: all. Tells what
  /// is wrong with the tree whatever its numbers: then it cannot be evaluated.
  Misfit set(const Tree& tree, const ByNode<char>& active = {});

  /// Other numbers for the tree, which must stay until the next ones: one factor for every node. Tells where they
  /// do not cover or do not fit; the totals are then of no use. With a mask only its pairs exist.
  Misfit evaluate(const Numbers& numbers, Totals& totals, MaskShare* mask = nullptr);

  /// What moved at the numbers evaluated last, by level, tensor and Einsum.
  void detail(Result& result);

  [[nodiscard]] const FlatTree& flat() const { return flat_; }
  [[nodiscard]] const SizedTree& sized() const { return sized_; }
  [[nodiscard]] const ById<LeafId, PointCost>& cost_by_leaf() const { return cost_by_leaf_; }

 private:
  void count_energy(Totals& totals) const;

  const CascadeFacts& facts_;
  const Arch& arch_;
  ByEinsum<ByUnit<std::optional<PointCost>>> costs_;
  Flattener flattener_;
  FlatTree flat_;
  SizedTree sized_;
  Footprints footprints_;
  bool held_once_;
  ImperfectCount imperfect_;
  const Tree* tree_ = nullptr;
  ById<LeafId, PointCost> cost_by_leaf_;
  MaskShare* mask_ = nullptr;
};

}  // namespace tilewright
