#include "einsum/operation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "common/error.hpp"

namespace tilewright {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// kind, symbol, arity, reduces, unit, apply, reduction, precedence
const ById<OperationId, Operation> table{
    {"multiply_add", "", 3, false, 0, [](const double* x) { return x[0] * x[1] + x[2]; }, "", 0},
    {"multiply", "*", 2, true, 1, [](const double* x) { return x[0] * x[1]; }, "prod", 2},
    {"add", "+", 2, true, 0, [](const double* x) { return x[0] + x[1]; }, "sum", 1},
    {"subtract", "-", 2, false, 0, [](const double* x) { return x[0] - x[1]; }, "", 1},
    {"divide", "/", 2, false, 0, [](const double* x) { return x[0] / x[1]; }, "", 2},
    {"negate", "-", 1, false, 0, [](const double* x) { return -x[0]; }, "", 3},
    {"max", "max", 2, true, -infinity, [](const double* x) { return std::max(x[0], x[1]); }, "max", 0},
    {"min", "min", 2, true, infinity, [](const double* x) { return std::min(x[0], x[1]); }, "min", 0},
    {"exp", "exp", 1, false, 0, [](const double* x) { return std::exp(x[0]); }, "", 0},
    {"exp2", "exp2", 1, false, 0, [](const double* x) { return std::exp2(x[0]); }, "", 0},
    {"log", "log", 1, false, 0, [](const double* x) { return std::log(x[0]); }, "", 0},
    {"sqrt", "sqrt", 1, false, 0, [](const double* x) { return std::sqrt(x[0]); }, "", 0},
    {"sigmoid", "sigmoid", 1, false, 0, [](const double* x) { return 1 / (1 + std::exp(-x[0])); }, "", 0},
    {"tanh", "tanh", 1, false, 0, [](const double* x) { return std::tanh(x[0]); }, "", 0},
    {"abs", "abs", 1, false, 0, [](const double* x) { return std::abs(x[0]); }, "", 0},
    {"power", "pow", 2, false, 0, [](const double* x) { return std::pow(x[0], x[1]); }, "", 0},
};

template <typename Predicate>
OperationId find(Predicate&& matches) {
  return table.id_of(std::find_if(table.begin(), table.end(), matches));
}

}  // namespace

const ById<OperationId, Operation>& operations() { return table; }

OperationId operation(std::string_view name) {
  const OperationId id = find([&](const Operation& row) { return row.name == name; });
  if (id) return id;
  std::vector<std::string> known;
  for (const Operation& row : table) known.push_back(row.name);
  throw InputError("unknown operation '" + std::string(name) + "'" + did_you_mean(name, known));
}

OperationId operation_written(std::string_view symbol, int arity) {
  if (symbol.empty()) return {};  // multiply_add is counted, never written
  return find([&](const Operation& row) { return row.symbol == symbol && row.arity == arity; });
}

OperationId reduction_written(std::string_view name) {
  if (name.empty()) return {};
  return find([&](const Operation& row) { return row.reduction == name; });
}

const std::vector<std::string>& operation_words() {
  static const std::vector<std::string> words = [] {
    std::set<std::string> unique;
    for (const Operation& row : table) {
      if (row.precedence == 0 && !row.symbol.empty()) unique.insert(row.symbol);
      if (!row.reduction.empty()) unique.insert(row.reduction);
    }
    return std::vector<std::string>(unique.begin(), unique.end());
  }();
  return words;
}

}  // namespace tilewright
