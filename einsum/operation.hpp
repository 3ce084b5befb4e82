// The scalar operations that an extended Einsum may map or reduce with: one row of one table each.
// Adding an operation means adding a row; no other file knows the list.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/id.hpp"

namespace tilewright {

struct Operation {
  std::string name;    ///< the kind, as architectures price it: "multiply_add", "max", "exp"
  std::string symbol;  ///< how it is written: "*" infix, or a function name such as "max"
  int arity;           ///< operands of the map form
  bool reduces;        ///< associative with a unit: may reduce
  double unit;         ///< the neutral element where it reduces
  double (*apply)(const double* operands);
  std::string reduction;  ///< how it is written as a reduction: "sum" in `sum[m]`; empty if it does not reduce
  int precedence;         ///< of an infix or prefix symbol, loosest 1; 0: written as a function
};

using OperationId = Id<Operation>;

const ById<OperationId, Operation>& operations();
/// By kind name; throws InputError naming the nearest.
OperationId operation(std::string_view name);
/// By the way it is written and its number of operands; none if there is none.
OperationId operation_written(std::string_view symbol, int arity);
/// By its name as a reduction ("sum", "prod", "max", "min"); none if there is none.
OperationId reduction_written(std::string_view name);
/// All function names, and all names of reductions: what no tensor may be called. Sorted, without repetition.
const std::vector<std::string>& operation_words();

}  // namespace tilewright
