#include "sim/nest/tree_model.hpp"

#include <numeric>

#include "einsum/iteration.hpp"
#include "sim/nest/traffic.hpp"

namespace tilewright {

TreeModel::TreeModel(const TreeContext& context)
    : facts_(context.facts),
      arch_(context.arch),
      flattener_(context.facts, context.arch, context.shared, context.stored),
      sized_(context.element_B),
      footprints_(context.arch, context.overbooked),
      held_once_(context.held_once) {
  const Cascade& cascade = facts_.cascade();
  for (const Einsum& einsum : cascade.einsums) {
    ByUnit<std::optional<PointCost>> on_units;
    const double word_B = operand_B(cascade, einsum, context.element_B);
    for (const ComputeUnit& unit : arch_.units) on_units.push_back(point_cost(cascade, einsum, unit, word_B));
    costs_.push_back(std::move(on_units));
  }
}

Misfit TreeModel::set(const Tree& tree, const ByNode<char>& active) {
  tree_ = &tree;
  if (const Misfit misfit = flattener_.flatten(tree, active, flat_)) return misfit;
  cost_by_leaf_.clear();
  for (const Leaf& leaf : flat_.leaves) {
    const auto& cost = costs_[leaf.einsum][leaf.unit];
    if (!cost)
      return {.kind = Misfit::Kind::cannot_compute, .node = leaf.node, .einsum = leaf.einsum, .unit = leaf.unit};
    cost_by_leaf_.push_back(*cost);
  }
  return {};
}

Misfit TreeModel::evaluate(const Numbers& numbers, Totals& totals, MaskShare* mask) {
  sized_.set(flat_, numbers);
  mask_ = mask;
  if (const Misfit misfit = check_coverage(facts_.cascade(), arch_, sized_)) return misfit;
  if (const Misfit misfit = footprints_.count(sized_, totals.footprints)) return misfit;
  if (mask != nullptr) mask->prepare(sized_);
  totals.groups.resize(tree_->groups.size());
  count_compute(sized_, cost_by_leaf_, mask, costs_.size(), totals);
  count_traffic({arch_, sized_, imperfect_, mask}, totals.footprints, totals.groups);
  schedule(arch_, *tree_, sized_, held_once_, totals);
  count_energy(totals);
  return {};
}

void TreeModel::detail(Result& result) {
  const Cascade& cascade = facts_.cascade();
  result.rank_shapes = sized_.numbers().shapes;
  result.tensors = cascade.tensors.ids();
  result.einsums = cascade.einsums.ids();
  result.element_B.clear();
  result.shared_by.assign(cascade.tensors.size(), 1);
  result.stored = flat_.stored == nullptr ? std::nullopt : std::optional(*flat_.stored);
  for (const TensorId t : result.tensors) {
    result.element_B.push_back(sized_.element_B(t));
    if (flat_.shared != nullptr && flat_.shared->tensors[t] != 0) result.shared_by[t] = sized_.shared_by();
  }
  const Counted counted{arch_, sized_, imperfect_, mask_};
  detail_traffic(counted, all_moved(counted), result);
}

void TreeModel::count_energy(Totals& totals) const {
  totals.level_energy_J.assign(arch_.levels.size(), 0);
  for (const LevelId l : arch_.levels.ids()) {
    const Level& level = arch_.levels[l];
    LevelBytes bytes;
    for (const GroupResult& group : totals.groups) {
      bytes.read_B += group.level_bytes[l].read_B;
      bytes.write_B += group.level_bytes[l].write_B;
    }
    totals.level_energy_J[l] = level.energy_of(bytes.read_B, bytes.write_B);
  }
  totals.energy_J = std::accumulate(totals.level_energy_J.begin(), totals.level_energy_J.end(), 0.0) +
                    std::accumulate(totals.einsum_energy_J.begin(), totals.einsum_energy_J.end(), 0.0);
}

}  // namespace tilewright
