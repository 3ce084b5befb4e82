#include "einsum/operation_count.hpp"

#include <algorithm>

namespace tilewright {

namespace {

void add(std::vector<OperationCount>& counts, OperationId id) {
  const auto found = std::find_if(counts.begin(), counts.end(),
                                  [&](const OperationCount& count) { return count.operation == id; });
  if (found != counts.end()) {
    found->count += 1;
  } else {
    counts.push_back({id, 1});
  }
}

void add_operations(const Term& term, std::vector<OperationCount>& counts) {
  for (const Term& operand : term.operands) add_operations(operand, counts);
  if (term.kind == Term::Kind::operation) add(counts, term.operation);
}

}  // namespace

std::vector<OperationCount> operations_per_point(const Cascade&, const Einsum& einsum) {
  static const OperationId multiply = operation("multiply");
  static const OperationId sum = operation("add");
  static const OperationId multiply_add = operation("multiply_add");
  std::vector<OperationCount> counts;
  const bool product = einsum.body.kind == Term::Kind::operation && einsum.body.operation == multiply;
  if (product && einsum.reduce == sum) {
    for (const Term& operand : einsum.body.operands) add_operations(operand, counts);
    add(counts, multiply_add);
    return counts;
  }
  add_operations(einsum.body, counts);
  if (einsum.reduce) add(counts, einsum.reduce);
  return counts;
}

double points(const Einsum& einsum, const ByRank<double>& shapes) {
  double product = 1;
  for (const RankId rank : einsum.iteration) product *= shapes[rank];
  return product;
}

}  // namespace tilewright
