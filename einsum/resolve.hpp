// From the syntax of statements to the IR: names become indices, and every access is checked against the ranks
// of its tensor.
#pragma once

#include "einsum/cascade.hpp"
#include "einsum/statement.hpp"

namespace tilewright {

/// Adds the tensor that an Einsum writes, with the ranks of its output access.
void declare_output(Cascade& cascade, const StatementSyntax& statement);

/// Adds the view that `BK[e,m1,m0] = K[e,m]` stands for.
void declare_view(Cascade& cascade, const StatementSyntax& statement);

/// The Einsum of a statement; all tensors of the cascade must be declared.
Einsum resolve_einsum(const Cascade& cascade, const StatementSyntax& statement);

}  // namespace tilewright
