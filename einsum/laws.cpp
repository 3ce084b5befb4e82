// Laws of operations, tried on numbers.
#include <fmt/format.h>

#include <cmath>

#include "einsum/operation.hpp"

namespace tilewright {

namespace {

// Of both signs and sizes, none of them special to a function.
constexpr double samples[] = {-3.25, -0.7, 0.3, 1.6, 4.5};

double apply(const Operation& f, double a, double b) {
  const double operands[] = {a, b};
  return f.apply(operands);
}

/// Two values that are not numbers are no counterexample: the law is of numbers.
bool equal(double a, double b) {
  if (!std::isfinite(a) && !std::isfinite(b)) return true;
  return std::abs(a - b) <= 1e-12 * (1 + std::abs(a) + std::abs(b));
}

std::string difference(const std::string& law, double left, double right, std::initializer_list<double> of) {
  return fmt::format("not {}: of {} it gives {} in one order and {} in the other", law, fmt::join(of, ", "), left,
                     right);
}

std::string try_pair(const Operation& f, double a, double b) {
  if (!f.laws.commutative || equal(apply(f, a, b), apply(f, b, a))) return "";
  return difference("commutative", apply(f, a, b), apply(f, b, a), {a, b});
}

std::string try_identity(const Operation& f, double a) {
  if (!f.laws.identity) return "";
  const double e = *f.laws.identity;
  for (const double got : {apply(f, e, a), apply(f, a, e)})
    if (!equal(got, a) || std::isnan(got))
      return fmt::format("without the identity {}: of it and {} comes {}", e, a, got);
  return "";
}

std::string try_three(const Operation& f, const OperationTable& table, double a, double b, double c) {
  if (f.laws.associative) {
    const double left = apply(f, apply(f, a, b), c);
    const double right = apply(f, a, apply(f, b, c));
    if (!equal(left, right)) return difference("associative", left, right, {a, b, c});
  }
  for (const std::string& kind : f.laws.distributes_over) {
    const Operation& g = table[table.named(kind)];
    const double left = apply(f, apply(g, a, b), c);
    const double right = apply(g, apply(f, a, c), apply(f, b, c));
    if (!equal(left, right)) return difference("distributive over '" + kind + "'", left, right, {a, b, c});
  }
  return "";
}

}  // namespace

std::string broken_law(const Operation& operation, const OperationTable& table) {
  if (operation.arity != 2) return "";
  for (const double a : samples) {
    std::string broken = try_identity(operation, a);
    for (const double b : samples) {
      if (broken.empty()) broken = try_pair(operation, a, b);
      for (const double c : samples)
        if (broken.empty()) broken = try_three(operation, table, a, b, c);
    }
    if (!broken.empty()) return broken;
  }
  return "";
}

}  // namespace tilewright
