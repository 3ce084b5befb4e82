#include "einsum/rewrite/exponential.hpp"

#include "einsum/rewrite/draft.hpp"

namespace tilewright {

namespace {

/// The difference below factors that do not have the rank; nullptr where there is none.
Term* difference_in(const Cascade& cascade, Term& term, const RankId* along) {
  if (is(term, "subtract")) return &term;
  const bool product = is(term, "multiply");
  if (!product && !is(term, "divide")) return nullptr;
  Term& left = term.operands[0];
  Term& right = term.operands[1];
  if (along == nullptr || !has_rank(cascade, right, *along))
    if (Term* found = difference_in(cascade, left, along)) return found;
  if (product && (along == nullptr || !has_rank(cascade, left, *along)))
    return difference_in(cascade, right, along);
  return nullptr;
}

}  // namespace

bool is_exponential(const Term& body) { return is(body, "exp") || is(body, "exp2"); }

std::optional<Exponential> exponential(const Cascade& cascade, const Term& body, RankId along) {
  if (!is_exponential(body)) return {};
  Term copy = body;
  const Term* difference = difference_in(cascade, copy.operands[0], &along);
  if (difference == nullptr || difference->operands[1].kind != Term::Kind::access) return {};
  const Term& reference = difference->operands[1];
  if (has_rank(cascade, reference, along) || !has_rank(cascade, difference->operands[0], along)) return {};
  return Exponential{difference->operands[0], reference.access.tensor};
}

Term with_reference(Term body, const Access& reference) {
  difference_in({}, body.operands[0], nullptr)->operands[1] = read(reference);
  return body;
}

Term with_difference(Term body, const Access& x, const Access& reference) {
  // Only factors are between the two; no rank decides which they are.
  Term* difference = difference_in({}, body.operands[0], nullptr);
  difference->operands[0] = read(x);
  difference->operands[1] = read(reference);
  return body;
}

}  // namespace tilewright
