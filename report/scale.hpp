// The scale of one axis of a panel: its range, where a value lies on it, and which of its tics have labels.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/spec.hpp"

namespace tilewright {

/// A tic without a label is a short one between the others.
struct Tic {
  double at = 0;
  std::string label;
};

struct Scale {
  int log_base = 0;  ///< 0: linear
  double least = 0;
  double most = 1;
  std::vector<Tic> tics;  ///< in the order in which they get room for their labels

  /// Where a value lies, from 0 at the beginning to 1 at the end; beyond them outside of the range.
  [[nodiscard]] double share(double value) const;
  /// The longest label, in pixels.
  [[nodiscard]] double widest_label() const;
  /// The same without labels that would touch one that is earlier in the list, on an axis that is so many pixels
  /// long. A label takes its width, or `height` on a vertical axis.
  [[nodiscard]] Scale thinned(double length, std::optional<double> height = {}) const;
  /// Of axis 'x' or 'y', as commands.
  [[nodiscard]] std::string commands(char axis, bool upright_labels = false) const;
};

/// Over all values that any panel shows. A linear one has 0 in it and round tics; a logarithmic one has labels at
/// powers of its base, and between them where there are fewer than three.
Scale number_scale(const NumberAxis& style, const std::vector<double>& values);

/// Places with names.
Scale named_scale(const std::vector<double>& at, const std::vector<std::string>& names, int log_base);

/// 0.00125 as "1.25m", 65536 as "65.54k": up to four digits and the letter of an SI prefix. From 0.01 to 9999
/// without; but beside `least`, the smallest of what stands together, 0.012 is "12m" if 0.008 is "8m".
std::string short_number(double value, double least = 1);

/// Of the letters of figures, in pixels. Fonts differ: the width is that of a wide one.
inline constexpr int letter_size = 13;
double label_width(const std::string& text);

}  // namespace tilewright
