// Extents such as "256x256" or "30x48x80": token layouts and tiles in a plan.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace tilewright::kernels::runner {

/// Up to three axes; fewer stand last, with 1 before them. No dimensions: the cell was empty.
struct Shape {
  int dimensions = 0;
  std::array<int, 3> extent{1, 1, 1};

  [[nodiscard]] std::int64_t product() const;
  [[nodiscard]] std::string str() const;  ///< as it is written in a plan
  bool operator==(const Shape&) const = default;
};

/// A decimal number without sign or other text, or nothing.
std::optional<std::int64_t> read_whole(const std::string& text);

/// One to three numbers joined by "x", each within [least, 2^31), or nothing.
std::optional<Shape> read_shape(const std::string& text, int least = 1);

}  // namespace tilewright::kernels::runner
