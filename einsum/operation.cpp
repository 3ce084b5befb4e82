#include "einsum/operation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "common/error.hpp"
#include "einsum/row_operation.hpp"

namespace tilewright {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

using Operands = const double*;
using Scalar = double (*)(Operands);

// By what apply() of an operation calls.
std::map<Scalar, RowOperation>& row_operations() {
  static std::map<Scalar, RowOperation> all;
  return all;
}

// `f` has no state, so its type is enough to call it, and the compiler sees it within the loops.
template <class F>
Scalar scalar(F f) {
  row_operations()[f] = {[](const OperandRows& operands, double* result, std::size_t count) {
                           for (std::size_t i = 0; i < count; ++i) {
                             const double x[] = {operands[0][i], operands[1][i], operands[2][i]};
                             result[i] = F{}(x);
                           }
                         },
                         [](double before, const double* values, std::size_t count) {
                           for (std::size_t i = 0; i < count; ++i) {
                             const double x[] = {before, values[i], 0};
                             before = F{}(x);
                           }
                           return before;
                         }};
  return f;
}

template <class F>
Operation function(const char* name, const char* symbol, int arity, F apply) {
  return {name, symbol, arity, scalar(apply)};
}

template <class F>
Operation infix(const char* name, const char* symbol, int precedence, F apply, Laws laws,
                const char* reduction = "") {
  return {name, symbol, 2, scalar(apply), std::move(laws), reduction, precedence};
}

ById<OperationId, Operation> rows_of_the_language() {
  const Laws product{true, true, 1, {"add", "subtract"}};
  const Laws sum{true, true, 0, {"max", "min"}};
  const Laws quotient{false, false, {}, {"add", "subtract"}};
  const Laws difference{false, false, {}, {"max", "min"}};
  const Laws most{true, true, -infinity, {"max", "min"}};
  const Laws least{true, true, infinity, {"max", "min"}};
  return {
      function("multiply_add", "", 3, [](Operands x) { return x[0] * x[1] + x[2]; }),
      infix(
          "multiply", "*", 2, [](Operands x) { return x[0] * x[1]; }, product, "prod"),
      infix(
          "add", "+", 1, [](Operands x) { return x[0] + x[1]; }, sum, "sum"),
      infix(
          "subtract", "-", 1, [](Operands x) { return x[0] - x[1]; }, difference),
      infix(
          "divide", "/", 2, [](Operands x) { return x[0] / x[1]; }, quotient),
      {"negate", "-", 1, scalar([](Operands x) { return -x[0]; }), {}, "", 3},
      {"max", "max", 2, scalar([](Operands x) { return std::max(x[0], x[1]); }), most, "max"},
      {"min", "min", 2, scalar([](Operands x) { return std::min(x[0], x[1]); }), least, "min"},
      function("exp", "exp", 1, [](Operands x) { return std::exp(x[0]); }),
      function("exp2", "exp2", 1, [](Operands x) { return std::exp2(x[0]); }),
      function("log", "log", 1, [](Operands x) { return std::log(x[0]); }),
      function("sqrt", "sqrt", 1, [](Operands x) { return std::sqrt(x[0]); }),
      function("sigmoid", "sigmoid", 1, [](Operands x) { return 1 / (1 + std::exp(-x[0])); }),
      function("tanh", "tanh", 1, [](Operands x) { return std::tanh(x[0]); }),
      function("abs", "abs", 1, [](Operands x) { return std::abs(x[0]); }),
      function("power", "pow", 2, [](Operands x) { return std::pow(x[0], x[1]); }),
      function("greater", "greater", 2, [](Operands x) { return x[0] > x[1] ? 1.0 : 0.0; }),
      function("select", "select", 3, [](Operands x) { return x[0] != 0 ? x[1] : x[2]; }),
  };
}

}  // namespace

OperationId OperationTable::find(std::string_view name) const {
  return rows_.id_of(std::ranges::find(rows_, name, &Operation::name));
}

OperationId OperationTable::named(std::string_view name) const {
  if (const OperationId id = find(name)) return id;
  std::vector<std::string> known;
  for (const Operation& row : rows_) known.push_back(row.name);
  throw InputError("unknown operation '" + std::string(name) + "'" + did_you_mean(name, known));
}

OperationId OperationTable::written(std::string_view symbol, int arity) const {
  if (symbol.empty()) return {};  // multiply_add is counted, never written
  return rows_.id_of(std::ranges::find_if(
      rows_, [&](const Operation& row) { return row.symbol == symbol && row.arity == arity; }));
}

OperationId OperationTable::reduction(std::string_view name) const {
  if (name.empty()) return {};
  return rows_.id_of(std::ranges::find(rows_, name, &Operation::reduction));
}

bool OperationTable::is_word(std::string_view name) const {
  return std::ranges::any_of(rows_, [&](const Operation& row) {
    return (row.precedence == 0 && row.symbol == name) || row.reduction == name;
  });
}

const OperationTable& operations() {
  static const OperationTable table(rows_of_the_language());
  return table;
}

const RowOperation* row_operation(const Operation& operation) {
  (void)operations();  // which makes them
  const auto* const target = operation.apply.target<Scalar>();
  if (target == nullptr) return nullptr;
  const auto found = row_operations().find(*target);
  return found == row_operations().end() ? nullptr : &found->second;
}

OperationId operation(std::string_view name) { return operations().named(name); }

}  // namespace tilewright
