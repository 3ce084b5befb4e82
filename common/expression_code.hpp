// The instructions of a compiled expression, shared by its parser and its evaluator only.
#pragma once

#include <cstddef>

namespace tilewright {

/// Operands of an instruction are on top of the stack, and its result replaces them.
enum class Code : int {
  constant,  ///< pushes Instruction::value
  name,      ///< pushes the value in Instruction::slot
  // of one operand
  negate,
  logical_not,
  floor,
  ceil,
  round,
  abs,
  log2,
  sqrt,
  pow2_at_least,
  // of two operands
  add,
  subtract,
  multiply,
  divide,
  modulo,
  power,
  shift_left,
  shift_right,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  logical_and,
  logical_or,
  min,
  max,
  ceil_div,
  largest_divisor,
  // of three operands
  select,
};

/// The evaluator's stack is an array of this size; the parser refuses what needs more.
inline constexpr std::size_t expression_stack_size = 64;

}  // namespace tilewright
