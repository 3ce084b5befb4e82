#include "common/expression.hpp"
#include "common/units.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {

// One of an expression, and as the name of a unit.
void read_expression(const std::string& input) {
  (void)find_unit(input);
  const Expression expression = Expression::parse(input, {input_name, 1, 1}, "key");
  Symbols symbols;
  for (const std::string& name : expression.names()) symbols.add(name);
  Expression bound = expression;
  bound.bind(symbols);
  (void)bound.evaluate(std::vector<double>(static_cast<std::size_t>(symbols.size()), 3));
}

}  // namespace tilewright::fuzz
