// Axes of a grid: names and the values that they go through.
//
//   seq_len: [1024, 2048]                                # values
//   window:  {from: 64, to: 4096, factor: 2}             # 64, 128, ... as far as `to`
//   edge:    {from: 8, to: 64, step: 8}
//   rate:    {from: 1e11, to: 1e13, count: 9, scale: log}   # so many, evenly on the scale: linear or log
//   tile:    {values: [64, 128], when: "window >= 128", else: 64}   # elsewhere it has one value
//   area:    {from: 1e-4, to: 1e-2, scale: log}          # anything between, for a sample
//   (explore/study/sample.hpp)
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/yaml.hpp"

namespace tilewright {

struct AxisValue {
  std::string text;              ///< as written, or the number's shortest decimal form
  std::optional<double> number;  ///< of a numeric axis
};

/// All numbers between two.
struct AxisRange {
  double from = 0;
  double to = 0;
  bool log = false;

  /// The number at a share of the way: 0 `from`, 1 `to`.
  [[nodiscard]] double at(double share) const;
};

/// Where an axis has its values, and the one that it has elsewhere.
struct AxisCondition {
  Expression when;
  AxisValue otherwise;
};

struct GridAxis {
  std::string name;
  std::vector<AxisValue> values;
  std::optional<AxisRange> range = {};  ///< then no values: a sample chooses them
  std::optional<AxisCondition> condition = {};

  /// Texts may be put in for its name in braces; numbers are also names in expressions.
  [[nodiscard]] bool is_numeric() const { return range || values.front().number.has_value(); }
};

/// A value from text: a number where it is an expression without names, else the text itself.
AxisValue axis_value(const std::string& text);
AxisValue axis_value(double number);

/// In the order of the file. Throws InputError for an axis without values, one of numbers and names, a value that
/// is there twice, and a range that goes nowhere.
std::vector<GridAxis> parse_axes(const Yaml& yaml);

/// The same for grids that are no study: conditions and ranges without values are refused.
std::vector<GridAxis> parse_plain_axes(const Yaml& yaml);

}  // namespace tilewright
