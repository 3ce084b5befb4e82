// What a cascade computes: scalar operations by kind, per point of an Einsum's iteration space and in total.
#pragma once

#include <vector>

#include "einsum/cascade.hpp"

namespace tilewright {

struct OperationCount {
  OperationId operation;
  double count;
};

/// Operations per point of the iteration space, one entry per kind, in order of first evaluation. A `+` reduction
/// of a product is one `multiply_add`; any other reduction is one operation of its kind per point (also at the
/// first point, where hardware accumulates onto the neutral element).
std::vector<OperationCount> operations_per_point(const Cascade& cascade, const Einsum& einsum);

/// What a defined operation takes in operations of the language, by kind.
std::vector<OperationCount> language_operations(const Operation& operation, const OperationTable& table);

/// Points of the iteration space.
double points(const Einsum& einsum, const ByRank<double>& shapes);

}  // namespace tilewright
