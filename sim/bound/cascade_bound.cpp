#include "sim/bound/cascade_bound.hpp"

#include <algorithm>
#include <map>

#include "einsum/operation_count.hpp"

namespace tilewright {

namespace {

// The share of a tensor's elements that some pair needs. What only unmasked Einsums use is needed whole, but a
// limit may be too low.
double needed(const Tensor& tensor, const MaskShare* mask) {
  if (mask == nullptr) return 1;
  const bool queries = std::ranges::any_of(tensor.ranks, [&](RankId rank) { return mask->is_query(rank); });
  const bool keys = std::ranges::any_of(tensor.ranks, [&](RankId rank) { return mask->is_key(rank); });
  return queries && keys ? mask->pairs_left() : queries ? mask->queries_left() : keys ? mask->keys_left() : 1;
}

Bound compulsory_traffic(const Cascade& cascade, const Arch& arch, const ByRank<double>& shapes,
                         const TensorSizes& sizes, const MaskShare* mask) {
  ByTensor<double> shares;
  for (const Tensor& tensor : cascade.tensors) shares.push_back(needed(tensor, mask));
  const double bytes = compulsory_traffic_B(cascade, shapes, sizes, shares);
  return {bytes / arch.levels.front().bandwidth_B_per_s, arch.levels.front().name};
}

std::map<OperationId, double> operation_totals(const Cascade& cascade, const ByRank<double>& shapes,
                                               const MaskShare* mask) {
  std::map<OperationId, double> totals;
  for (const EinsumId e : cascade.einsums.ids()) {
    const Einsum& einsum = cascade.einsums[e];
    const bool masked = mask != nullptr && mask->masked(e);
    const double left = masked ? mask->pairs_left() : 1;
    for (const auto& [operation, count] : operations_per_point(cascade, einsum))
      totals[operation] += count * points(einsum, shapes) * left;
  }
  return totals;
}

}  // namespace

Bound time_bound(const Cascade& cascade, const Arch& arch, const ByRank<double>& shapes, const TensorSizes& sizes,
                 const MaskShare* mask) {
  Bound bound = compulsory_traffic(cascade, arch, shapes, sizes, mask);
  for (const auto& [operation, count] : operation_totals(cascade, shapes, mask)) {
    const std::string& kind = operations()[operation].name;
    double per_cycle = 0;
    for (const ComputeUnit& unit : arch.units)
      if (const OperationCost* cost = unit.find(kind); cost != nullptr && !unit.alternative_to)
        per_cycle += unit.lanes / cost->cycles;
    if (per_cycle == 0) continue;
    const double time_s = count / per_cycle / arch.clock_Hz;
    if (time_s > bound.time_s) bound = {time_s, kind};
  }
  return bound;
}

}  // namespace tilewright
