#include "sim/nest/estimator.hpp"

#include <numeric>

#include "mappings/order.hpp"
#include "sim/nest/traffic.hpp"

namespace tilewright {

Estimator::Estimator(const Cascade& cascade, const Arch& arch, const Mapping& mapping,
                     std::vector<double> element_B, const WorkloadMask* mask)
    : cascade_(cascade), arch_(arch), mapping_(mapping), element_B_(std::move(element_B)) {
  if (mask != nullptr) mask_.emplace(*mask, cascade, mapping);
}

void Estimator::evaluate(std::span<const double> given, Result& result) {
  evaluate_frame(mapping_, cascade_, given, frame_);
  const Variant& current = variant();
  check_coverage(cascade_, arch_, mapping_, current.plan, frame_);
  footprints(arch_, cascade_, mapping_, current.plan, frame_, element_B_, result.footprints);
  result.rank_shapes = frame_.shapes;
  result.element_B = element_B_;
  result.shared_by.assign(cascade_.tensors.size(), 1);
  if (mapping_.shared)
    for (std::size_t t = 0; t < result.shared_by.size(); ++t)
      if (mapping_.shared->tensors[t] != 0) result.shared_by[t] = frame_.shared_by;
  result.tensors = static_cast<int>(cascade_.tensors.size());
  result.einsums = static_cast<int>(cascade_.einsums.size());
  if (mask_) mask_->prepare(current.plan, frame_);
  MaskShare* mask = mask_ ? &*mask_ : nullptr;
  count_traffic(arch_, current.plan, frame_, element_B_, mask, result);
  count_compute(cascade_, current.plan, frame_, current.costs, mask, result);
  schedule(arch_, mapping_, current.plan, frame_, result);
  count_energy(result);
}

std::vector<std::string> Estimator::warnings() {
  return order_warnings(cascade_, mapping_, variant().plan, frame_);
}

const Estimator::Variant& Estimator::variant() {
  for (const Variant& known : variants_)
    if (known.active == frame_.active) return known;
  Variant fresh{frame_.active, make_plan(cascade_, arch_, mapping_, frame_.active), {}};
  check_order(cascade_, mapping_, fresh.plan);
  for (const Leaf& leaf : fresh.plan.leaves)
    fresh.costs.push_back(point_cost(cascade_, cascade_.einsums[static_cast<std::size_t>(leaf.einsum)],
                                     arch_.units[static_cast<std::size_t>(leaf.unit)]));
  return variants_.emplace_back(std::move(fresh));
}

void Estimator::count_energy(Result& result) const {
  const auto einsums = static_cast<std::size_t>(result.einsums);
  result.level_energy_J.assign(arch_.levels.size() * einsums, 0);
  for (std::size_t l = 0; l < arch_.levels.size(); ++l) {
    const Level& level = arch_.levels[l];
    const double charged = level.charged_instances / level.instances / level.access_B;
    for (TensorId t = 0; t < result.tensors; ++t)
      for (std::size_t e = 0; e < einsums; ++e) {
        const std::size_t at = result.index(static_cast<LevelId>(l), t, static_cast<EinsumId>(e));
        result.level_energy_J[l * einsums + e] +=
            charged * (result.read_B[at] * level.read_J + result.write_B[at] * level.write_J);
      }
  }
  result.energy_J = std::accumulate(result.level_energy_J.begin(), result.level_energy_J.end(), 0.0) +
                    std::accumulate(result.einsum_energy_J.begin(), result.einsum_energy_J.end(), 0.0);
}

}  // namespace tilewright
