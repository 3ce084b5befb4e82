// The operators and functions of expressions, as tables for their parser only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/expression_code.hpp"

namespace tilewright {

/// What an operation does to the dimensions of its operands.
enum class DimensionRule {
  same,     ///< operands of one unit (or plain), which is the result's
  compare,  ///< operands of one unit (or plain), the result is plain
  product,
  quotient,
  left,   ///< the right operand is plain, the result as the left
  plain,  ///< operands and result are plain
  any,    ///< any operands, the result is plain
};

struct BinaryOperator {
  std::string_view symbol;
  int level;  ///< from 1; a higher level binds tighter
  Code code;
  DimensionRule rule;
};

struct ExpressionFunction {
  Code code;
  int values;
  DimensionRule rule;
  bool or_more = false;  ///< more values are folded from the left
};

/// The operator that `text` begins with, or null.
const BinaryOperator* find_operator(std::string_view text);
/// Null if there is none of that name.
const ExpressionFunction* find_function(std::string_view name);
std::vector<std::string> function_names();

}  // namespace tilewright
