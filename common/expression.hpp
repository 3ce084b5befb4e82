// Arithmetic in values: `M / M0`, `1 << 20`, `16 MiB`, `S <= 4096 ? S : 1024`, `largest_divisor(S / N, 12)`.
//
// An expression is parsed once, bound once to the slots of a symbol table, and then evaluated many
// times without any allocation: a model that is evaluated over many shapes only rewrites the slots.
// All arithmetic is in double: exact for integers up to 2^53, and never wraps.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/error.hpp"
#include "common/units.hpp"

namespace tilewright {

/// Whether an expression may use it as a name: a letter or '_', then letters, digits and '_'.
bool is_name(std::string_view text);

/// Names and the slots that their values live in. Values are SI; slots never move.
class Symbols {
 public:
  /// The slot of `name`, made (with value 0) if it is new.
  int add(const std::string& name);
  /// The slot of `name`, or -1.
  [[nodiscard]] int find(const std::string& name) const;
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] int size() const { return static_cast<int>(names_.size()); }

 private:
  std::map<std::string, int> slots_;
  std::vector<std::string> names_;
};

/// Operators, loosest first: `?:`, `||`, `&&`, `== !=`, `< <= > >=`, `<< >>`, `+ -`, `* / %`,
/// unary `- !`, `^` (power, right to left). A number may carry a unit. Names may have dots (`L3.words`).
/// Functions: floor ceil round abs min max log2 sqrt ceil_div(a,b) largest_divisor(n,limit)
/// (the largest divisor of n that is at most limit) and pow2_at_least(x) (the smallest power of
/// two, at least 1, that is not below x). `%` has the sign of its left side; `>>` rounds down; min and max
/// take two values or more. Sums, comparisons and the branches of `?:` need values of one unit, or plain ones.
class Expression {
 public:
  Expression() = default;  ///< the constant 0
  /// Throws InputError at `place` (column advanced to the offending character) with `key_path`.
  static Expression parse(std::string_view text, const Place& place = {}, std::string_view key_path = {});
  static Expression constant(double value);

  /// Resolves names to slots. Throws InputError for a name that is not in `symbols`, with the nearest one.
  void bind(const Symbols& symbols);

  /// The value. `slots` are the values of the symbol table it was bound to. Never throws: what has no
  /// value (division by zero, largest_divisor of 0) is NaN or infinite, which callers check.
  [[nodiscard]] double evaluate(std::span<const double> slots) const;
  /// The value of something that there is so much of. Throws InputError where it is below 0 or not finite.
  [[nodiscard]] double amount(std::span<const double> slots) const;

  /// Names in order of first use.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] bool is_constant() const { return names_.empty(); }
  /// The dimension of the value, names counted as plain numbers.
  [[nodiscard]] const Dimension& dimension() const { return dimension_; }
  /// As it was written.
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const Place& place() const { return place_; }
  [[nodiscard]] const std::string& key_path() const { return key_path_; }
  /// Throws InputError at the place where the expression was written.
  [[noreturn]] void fail(std::string_view message) const;

  struct Instruction {
    int code;          ///< private to the evaluator
    int slot = -1;     ///< of a name: first its index in names(), after bind() its slot
    double value = 0;  ///< of a constant; of a name: its index in names()
  };

 private:
  friend class ExpressionParser;
  std::vector<Instruction> program_;
  std::vector<std::string> names_;
  Dimension dimension_;
  std::string text_ = "0";
  Place place_;
  std::string key_path_;
};

}  // namespace tilewright
