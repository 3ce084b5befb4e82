// Kinds of operations that a cascade defines:
//
//   operations:
//     softplus: {operands: [x], is: "max(x, 0) + log(1 + exp(-abs(x)))"}
//     logaddexp:
//       operands: [x, y]
//       is: max(x, y) + log(1 + exp(-abs(x - y)))
//       laws: [associative, commutative]
//       identity: -inf
//       distributes_over: []              # kinds of two operands
//
// The name is the kind that is counted and that architectures price, the function `softplus(...)`, and, of two
// operands with both laws and an identity, the reduction `logaddexp[m] ...`.
#pragma once

#include "common/yaml.hpp"
#include "einsum/operation.hpp"

namespace tilewright {

/// Adds the kinds under `operations`; each may use those before it. Throws InputError for a name that is taken or
/// cannot be one, more than three operands or none, an operand that the expression does not use, what it does not
/// know, more than 1000 operations within each other, laws of other than two operands, and laws that some numbers
/// contradict.
void define_operations(OperationTable& table, const Yaml& operations);

}  // namespace tilewright
