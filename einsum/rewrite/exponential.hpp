// Exponentials of a difference, exp(k * (x - r)): what a softmax makes of its scores, with a reference r.
#pragma once

#include <optional>

#include "einsum/cascade.hpp"

namespace tilewright {

/// The body of an Einsum as exp(k * (x - r)), or with exp2; k: factors and divisors without `along`.
struct Exponential {
  Term of;             ///< x
  TensorId reference;  ///< r
};

/// None where the body is no such term, or r or k has the rank `along`.
std::optional<Exponential> exponential(const Cascade& cascade, const Term& body, RankId along);

/// The body with other x and r: exp(k * (r1 - r2)) turns what was scaled by r1 into what is scaled by r2, by
/// exp(k(x - r2)) = exp(k(x - r1)) exp(k(r1 - r2)).
Term with_difference(Term body, const Access& x, const Access& reference);

/// The body with another r.
Term with_reference(Term body, const Access& reference);

/// Whether the outermost operation is exp or exp2.
bool is_exponential(const Term& body);

}  // namespace tilewright
