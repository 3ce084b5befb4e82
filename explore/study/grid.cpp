#include "explore/study/grid.hpp"

#include <fmt/format.h>

#include <cmath>

namespace tilewright {

std::vector<std::string> names_in_braces(const Yaml& text) {
  std::vector<std::string> names;
  const std::string all = text.text();
  for (std::size_t open = all.find('{'); open != std::string::npos; open = all.find('{', open + 1)) {
    const std::size_t close = all.find('}', open);
    if (close == std::string::npos) text.fail("a '{' without its '}'");
    names.push_back(all.substr(open + 1, close - open - 1));
  }
  return names;
}

void Scope::add(const std::string& name, const AxisValue& value) {
  if (value.number) add(name, *value.number);
  texts_.emplace_back("{" + name + "}", value.text);
}

void Scope::add(const std::string& name, double value) {
  symbols_.add(name);
  values_.push_back(value);
}

double Scope::value(Expression expression) const {
  expression.bind(symbols_);
  const double result = expression.evaluate(values_);
  if (!std::isfinite(result)) expression.fail("'" + expression.text() + "' has no finite value");
  return result;
}

std::string Scope::fill(std::string text) const { return fill_braces(std::move(text), texts_); }

std::string fill_braces(std::string text, const BraceTexts& texts) {
  if (text.find('{') == std::string::npos) return text;
  for (const auto& [name, value] : texts)
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size()))
      text.replace(at, name.size(), value);
  return text;
}

double point_count(const std::vector<GridAxis>& axes) {
  double count = 1;
  for (const GridAxis& axis : axes) count *= static_cast<double>(axis.values.size());
  return count;
}

std::vector<AxisValue> point_values(const std::vector<GridAxis>& axes, std::size_t n) {
  std::vector<AxisValue> values(axes.size());
  for (std::size_t i = values.size(); i-- > 0;) {
    values[i] = axes[i].values[n % axes[i].values.size()];
    n /= axes[i].values.size();
  }
  return values;
}

std::string point_label(const std::vector<GridAxis>& axes, const std::vector<AxisValue>& values) {
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i)
    text += (text.empty() ? "" : " ") + axes[i].name + "=" + values[i].text;
  return text;
}

}  // namespace tilewright
