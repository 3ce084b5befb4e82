// What an operation does to many elements at a time, for loops that run it millions of times: the same numbers as
// Operation::apply, one after another.
#pragma once

#include <array>
#include <cstddef>

#include "einsum/operation.hpp"

namespace tilewright {

/// Of every operand, its elements in a row; those that the operation does not have point anywhere.
using OperandRows = std::array<const double*, most_operands>;

struct RowOperation {
  /// result[i] = f(operands[0][i], ...). The result may be one of the operands.
  void (*map)(const OperandRows& operands, double* result, std::size_t count);
  /// f(... f(f(before, values[0]), values[1]) ...), of two operands.
  double (*fold)(double before, const double* values, std::size_t count);
};

/// Nothing for an operation that a cascade defines.
const RowOperation* row_operation(const Operation& operation);

}  // namespace tilewright
