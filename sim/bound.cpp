#include "sim/bound.hpp"

#include <map>

#include "einsum/operation_count.hpp"
#include "einsum/shapes.hpp"

namespace tilewright {

namespace {

Bound compulsory_traffic(const Cascade& cascade, const Arch& arch, const std::vector<double>& shapes,
                         const std::vector<double>& element_B) {
  double bytes = 0;
  for (std::size_t t = 0; t < cascade.tensors.size(); ++t) {
    const Tensor& tensor = cascade.tensors[t];
    if (tensor.view_of) continue;
    if (tensor.role == Tensor::Role::input)
      bytes += read_elements(cascade, static_cast<TensorId>(t), shapes) * element_B[t];
    if (tensor.role == Tensor::Role::output) bytes += elements(cascade, tensor, shapes) * element_B[t];
  }
  return {bytes / arch.levels.front().bandwidth_B_per_s, arch.levels.front().name};
}

std::map<OperationId, double> operation_totals(const Cascade& cascade, const std::vector<double>& shapes) {
  std::map<OperationId, double> totals;
  for (const Einsum& einsum : cascade.einsums)
    for (const auto& [operation, count] : operations_per_point(cascade, einsum))
      totals[operation] += count * points(einsum, shapes);
  return totals;
}

}  // namespace

Bound time_bound(const Cascade& cascade, const Arch& arch, const std::vector<double>& shapes,
                 const std::vector<double>& element_B) {
  Bound bound = compulsory_traffic(cascade, arch, shapes, element_B);
  for (const auto& [operation, count] : operation_totals(cascade, shapes)) {
    const std::string& kind = operations()[static_cast<std::size_t>(operation)].name;
    double per_cycle = 0;
    for (const ComputeUnit& unit : arch.units)
      if (const OperationCost* cost = unit.find(kind)) per_cycle += unit.lanes / cost->cycles;
    if (per_cycle == 0) continue;
    const double time_s = count / per_cycle / arch.clock_Hz;
    if (time_s > bound.time_s) bound = {time_s, kind};
  }
  return bound;
}

}  // namespace tilewright
