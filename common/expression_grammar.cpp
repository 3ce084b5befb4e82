#include "common/expression_grammar.hpp"

#include <algorithm>
#include <map>

namespace tilewright {
namespace {

using Rule = DimensionRule;

/// Symbols that begin with another symbol come before it.
constexpr BinaryOperator operators[] = {
    {"||", 1, Code::logical_or, Rule::any},
    {"&&", 2, Code::logical_and, Rule::any},
    {"==", 3, Code::equal, Rule::compare},
    {"!=", 3, Code::not_equal, Rule::compare},
    {"<<", 5, Code::shift_left, Rule::left},
    {">>", 5, Code::shift_right, Rule::left},
    {"<=", 4, Code::less_equal, Rule::compare},
    {">=", 4, Code::greater_equal, Rule::compare},
    {"<", 4, Code::less, Rule::compare},
    {">", 4, Code::greater, Rule::compare},
    {"+", 6, Code::add, Rule::same},
    {"-", 6, Code::subtract, Rule::same},
    {"*", 7, Code::multiply, Rule::product},
    {"/", 7, Code::divide, Rule::quotient},
    {"%", 7, Code::modulo, Rule::same},
};

using Functions = std::map<std::string, ExpressionFunction, std::less<>>;

const Functions& functions() {
  static const Functions table = {
      {"floor", {Code::floor, 1, Rule::same}},
      {"ceil", {Code::ceil, 1, Rule::same}},
      {"round", {Code::round, 1, Rule::same}},
      {"abs", {Code::abs, 1, Rule::same}},
      {"min", {Code::min, 2, Rule::same, true}},
      {"max", {Code::max, 2, Rule::same, true}},
      {"log2", {Code::log2, 1, Rule::plain}},
      {"sqrt", {Code::sqrt, 1, Rule::plain}},
      {"pow2_at_least", {Code::pow2_at_least, 1, Rule::plain}},
      {"ceil_div", {Code::ceil_div, 2, Rule::quotient}},
      {"largest_divisor", {Code::largest_divisor, 2, Rule::plain}},
  };
  return table;
}

}  // namespace

const BinaryOperator* find_operator(std::string_view text) {
  const auto matches = [text](const BinaryOperator& each) { return text.starts_with(each.symbol); };
  const auto* const found = std::find_if(std::begin(operators), std::end(operators), matches);
  return found == std::end(operators) ? nullptr : found;
}

const ExpressionFunction* find_function(std::string_view name) {
  const auto found = functions().find(name);
  return found == functions().end() ? nullptr : &found->second;
}

std::vector<std::string> function_names() {
  std::vector<std::string> names;
  for (const auto& [name, function] : functions()) names.push_back(name);
  return names;
}

}  // namespace tilewright
