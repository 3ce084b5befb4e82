#include "sim/nest/tree_model.hpp"

#include <numeric>

#include "sim/nest/traffic.hpp"

namespace tilewright {

TreeModel::TreeModel(const TreeContext& context)
    : facts_(context.facts),
      arch_(context.arch),
      flattener_(context.facts, context.arch, context.shared, context.stored),
      sized_(context.element_B),
      footprints_(context.arch, context.overbooked) {
  const Cascade& cascade = facts_.cascade();
  for (const Einsum& einsum : cascade.einsums)
    for (const ComputeUnit& unit : arch_.units) costs_.push_back(point_cost(cascade, einsum, unit));
}

Misfit TreeModel::set(const Tree& tree, std::span<const char> active) {
  tree_ = &tree;
  if (const Misfit misfit = flattener_.flatten(tree, active, flat_)) return misfit;
  cost_by_leaf_.clear();
  for (const Leaf& leaf : flat_.leaves) {
    const auto& cost = costs_[static_cast<std::size_t>(leaf.einsum) * arch_.units.size() + leaf.unit.index()];
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
  count_compute(sized_, cost_by_leaf_, mask, totals);
  count_traffic({arch_, sized_, mask}, totals.footprints, totals.groups);
  schedule(arch_, *tree_, sized_, totals);
  count_energy(totals);
  return {};
}

void TreeModel::detail(Result& result) {
  const Cascade& cascade = facts_.cascade();
  result.rank_shapes = sized_.numbers().shapes;
  result.tensors = static_cast<int>(cascade.tensors.size());
  result.einsums = static_cast<int>(cascade.einsums.size());
  result.element_B.clear();
  result.shared_by.assign(cascade.tensors.size(), 1);
  result.stored = flat_.stored == nullptr ? std::nullopt : std::optional(*flat_.stored);
  for (TensorId t = 0; t < result.tensors; ++t) {
    result.element_B.push_back(sized_.element_B(t));
    if (flat_.shared != nullptr && flat_.shared->tensors[static_cast<std::size_t>(t)] != 0)
      result.shared_by[static_cast<std::size_t>(t)] = sized_.shared_by();
  }
  detail_traffic({arch_, sized_, mask_}, result);
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
    totals.level_energy_J[l] = level.charged_instances / level.instances / level.access_B *
                               (bytes.read_B * level.read_J + bytes.write_B * level.write_J);
  }
  totals.energy_J = std::accumulate(totals.level_energy_J.begin(), totals.level_energy_J.end(), 0.0) +
                    std::accumulate(totals.einsum_energy_J.begin(), totals.einsum_energy_J.end(), 0.0);
}

}  // namespace tilewright
