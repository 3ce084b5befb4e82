#include "sim/bound/cascade_bound.hpp"

#include <algorithm>
#include <map>

#include "einsum/iteration.hpp"
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

// So many of an operation, by the words of its operands.
using CountsByWord = std::map<double, double>;

std::map<OperationId, CountsByWord> operation_totals(const Cascade& cascade, const ByRank<double>& shapes,
                                                     const ByTensor<double>& element_B, const MaskShare* mask) {
  std::map<OperationId, CountsByWord> totals;
  for (const EinsumId e : cascade.einsums.ids()) {
    const Einsum& einsum = cascade.einsums[e];
    const bool masked = mask != nullptr && mask->masked(e);
    const double left = masked ? mask->pairs_left() : 1;
    for (const auto& [operation, count] : operations_per_point(cascade, einsum))
      totals[operation][operand_B(cascade, einsum, element_B)] += count * points(einsum, shapes) * left;
  }
  return totals;
}

// Of all units that have the operation. Each size of words has a price, the cycles that it takes on the first of
// them; no unit does more value in a cycle than with the words that it gets most for (as
// ComputeRates::least_time()).
double least_cycles(const Arch& arch, const std::string& kind, const CountsByWord& counts) {
  const OperationCost* first = nullptr;
  double per_cycle = 0;
  for (const ComputeUnit& unit : arch.units) {
    const OperationCost* cost = unit.find(kind);
    if (cost == nullptr || unit.alternative_to) continue;
    if (first == nullptr) first = cost;
    double most = 0;
    for (const auto& [word_B, count] : counts)
      most = std::max(most, first->cycles_for(word_B) / first->cycles * unit.lanes / cost->cycles_for(word_B));
    per_cycle += most;
  }
  if (first == nullptr) return 0;
  double value = 0;
  for (const auto& [word_B, count] : counts) value += count * (first->cycles_for(word_B) / first->cycles);
  return value / per_cycle;
}

}  // namespace

Bound time_bound(const Cascade& cascade, const Arch& arch, const ByRank<double>& shapes, const TensorSizes& sizes,
                 const MaskShare* mask) {
  Bound bound = compulsory_traffic(cascade, arch, shapes, sizes, mask);
  for (const auto& [operation, counts] : operation_totals(cascade, shapes, sizes.element_B, mask)) {
    const std::string& kind = cascade.operations[operation].name;
    const double time_s = least_cycles(arch, kind, counts) / arch.clock_Hz;
    if (time_s > bound.time_s) bound = {time_s, kind};
  }
  return bound;
}

}  // namespace tilewright
