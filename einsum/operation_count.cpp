#include "einsum/operation_count.hpp"

#include <algorithm>

namespace tilewright {

namespace {

void add(std::vector<OperationCount>& counts, OperationId id, double more = 1) {
  const auto found = std::find_if(counts.begin(), counts.end(),
                                  [&](const OperationCount& count) { return count.operation == id; });
  if (found != counts.end()) {
    found->count += more;
  } else {
    counts.push_back({id, more});
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

std::vector<OperationCount> language_operations(const Operation& operation, const OperationTable& table) {
  std::vector<OperationCount> counts;
  if (!operation.definition) return counts;
  for (const OperationId inner : operation.definition->uses) {
    if (!table[inner].definition) add(counts, inner);
    for (const OperationCount& each : language_operations(table[inner], table))
      add(counts, each.operation, each.count);
  }
  return counts;
}

double points(const Einsum& einsum, const ByRank<double>& shapes) {
  double product = 1;
  for (const RankId rank : einsum.iteration) product *= shapes[rank];
  return product;
}

}  // namespace tilewright
