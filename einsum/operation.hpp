// The scalar operations that an extended Einsum may map or reduce with: one row of one table each. The language has
// some; a cascade may define more, as expressions of those (define_operation.hpp). No other file knows the list.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/error.hpp"
#include "common/id.hpp"

namespace tilewright {

/// What is true of an operation f for all numbers, up to rounding: what reductions and rewrites may rely on.
struct Laws {
  bool associative = false;                     ///< f(f(a, b), c) = f(a, f(b, c))
  bool commutative = false;                     ///< f(a, b) = f(b, a)
  std::optional<double> identity;               ///< e with f(e, a) = f(a, e) = a
  std::vector<std::string> distributes_over{};  ///< kinds g with f(g(a, b), c) = g(f(a, c), f(b, c))
};

using OperationId = Id<struct Operation>;

/// How a cascade defines an operation.
struct Definition {
  std::vector<std::string> operands;  ///< names, in order
  std::string is;                     ///< an expression of them
  std::vector<OperationId> uses;      ///< operations of the expression
  Place place;
};

struct Operation {
  std::string name;    ///< the kind, as architectures price it: "multiply_add", "max", "exp"
  std::string symbol;  ///< how it is written: "*" infix, or a function name such as "max"
  int arity;           ///< operands of the map form
  std::function<double(const double* operands)> apply;
  Laws laws{};
  std::string reduction{};  ///< how it is written as a reduction: "sum" in `sum[m]`; empty if it does not reduce
  int precedence = 0;       ///< of an infix or prefix symbol, loosest 1; 0: written as a function
  std::optional<Definition> definition{};  ///< none: of the language
};

/// Operands of an operation at most.
constexpr int most_operands = 3;

class OperationTable {
 public:
  explicit OperationTable(ById<OperationId, Operation> rows) : rows_(std::move(rows)) {}

  const Operation& operator[](OperationId id) const { return rows_[id]; }
  [[nodiscard]] auto begin() const { return rows_.begin(); }
  [[nodiscard]] auto end() const { return rows_.end(); }
  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  OperationId add(Operation operation) { return rows_.push_back(std::move(operation)); }

  /// By kind name; none if there is none.
  [[nodiscard]] OperationId find(std::string_view name) const;
  /// By kind name; throws InputError naming the nearest.
  [[nodiscard]] OperationId named(std::string_view name) const;
  /// By the way it is written and its number of operands; none if there is none.
  [[nodiscard]] OperationId written(std::string_view symbol, int arity) const;
  /// By its name as a reduction ("sum", "prod", "max", "min"); none if there is none.
  [[nodiscard]] OperationId reduction(std::string_view name) const;
  /// Whether a function or a reduction is called so: no tensor may be.
  [[nodiscard]] bool is_word(std::string_view name) const;

 private:
  ById<OperationId, Operation> rows_;
};

/// Those of the language. Every cascade has them, under the same ids.
const OperationTable& operations();
/// Of the language, by kind name.
OperationId operation(std::string_view name);

/// The first of its laws that some numbers contradict, with those numbers: "not associative: f(f(1, 2), 3) is 5,
/// ...". Empty where none does, which is no proof.
std::string broken_law(const Operation& operation, const OperationTable& table);

}  // namespace tilewright
