// Extents such as "256x256" or "30x48x80": token layouts and tiles in a plan.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tilewright::plan {

inline constexpr std::size_t most_axes = 3;

/// One extent per axis, at most most_axes, each below 2^31. No axes: the cell is empty.
using Shape = std::vector<std::int64_t>;

/// A decimal number without sign or other text, or nothing.
std::optional<std::int64_t> read_whole(const std::string& text);

/// One to three numbers joined by "x", each within [least, 2^31), or nothing.
std::optional<Shape> read_shape(const std::string& text, int least = 1);

/// As it is written in a plan; empty where it has no axes.
std::string to_text(const Shape& shape);

/// The product of the extents; 0 where there are no axes.
std::int64_t tokens_in(const Shape& shape);

/// Always three axes: fewer stand last, with 1 before them.
std::array<int, most_axes> axes_of(const Shape& shape);

}  // namespace tilewright::plan
