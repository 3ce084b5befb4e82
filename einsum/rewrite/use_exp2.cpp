#include <algorithm>
#include <numbers>

#include "einsum/rewrite/draft.hpp"
#include "einsum/rewrite/rules.hpp"

namespace tilewright {

namespace {

/// A factor that is a number, wherever it stands in a product or above a quotient.
Term* constant_factor(Term& term) {
  if (term.kind == Term::Kind::number) return &term;
  if (is(term, "divide")) return constant_factor(term.operands[0]);
  if (!is(term, "multiply")) return nullptr;
  Term* left = constant_factor(term.operands[0]);
  return left != nullptr ? left : constant_factor(term.operands[1]);
}

void fold(Draft& draft, Term& exponent) {
  Term* factor = constant_factor(exponent);
  const double value = factor != nullptr ? factor->value * std::numbers::log2e : std::numbers::log2e;
  const std::string base = factor == nullptr || factor->constant.empty() ? "log2e" : factor->constant + "_log2e";
  Term folded = number(value);
  folded.constant = draft.add_constant(base, value);
  if (factor != nullptr)
    *factor = folded;
  else
    exponent = operate("multiply", {exponent, folded});
}

void use_exp2(Draft& draft, Term& term) {
  for (Term& operand : term.operands) use_exp2(draft, operand);
  if (!is(term, "exp")) return;
  fold(draft, term.operands[0]);
  term.operation = operation("exp2");
}

}  // namespace

Cascade use_exp2(const Cascade& cascade) {
  Draft draft(cascade);
  for (Einsum& einsum : draft.einsums()) use_exp2(draft, einsum.body);
  return draft.done();
}

}  // namespace tilewright
