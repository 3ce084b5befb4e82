// Products of axes, and what texts and expressions make of the values of one point.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/yaml.hpp"
#include "explore/study/axis.hpp"

namespace tilewright {

/// Names in braces, as in "window={size}x{size}", in order. Throws InputError for a brace that is not closed.
std::vector<std::string> names_in_braces(const Yaml& text);

/// Names in braces with what to put in for each, in order: {"{model}", "BERT"}.
using BraceTexts = std::vector<std::pair<std::string, std::string>>;
/// The text with every one of them replaced.
std::string fill_braces(std::string text, const BraceTexts& texts);

/// Names and values of one point, for its expressions and texts.
class Scope {
 public:
  /// A name for texts, and for expressions too where the value is a number.
  void add(const std::string& name, const AxisValue& value);
  /// A name for expressions alone.
  void add(const std::string& name, double value);
  /// The value of an expression over the numbers. Throws InputError for an unknown name, and for a value that is
  /// not finite.
  [[nodiscard]] double value(Expression expression) const;
  [[nodiscard]] bool has(const std::string& name) const { return symbols_.find(name) >= 0; }
  /// The text with every {name} that texts know replaced by its value.
  [[nodiscard]] std::string fill(std::string text) const;

 private:
  Symbols symbols_;
  std::vector<double> values_;
  BraceTexts texts_;
};

/// How many points a grid has; and the values of the n-th, the last axis fastest.
double point_count(const std::vector<GridAxis>& axes);
std::vector<AxisValue> point_values(const std::vector<GridAxis>& axes, std::size_t n);

/// "model=BERT seq_len=1024"
std::string point_label(const std::vector<GridAxis>& axes, const std::vector<AxisValue>& values);

}  // namespace tilewright
