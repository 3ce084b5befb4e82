// Physical dimensions and the unit names that a value may carry: "16 MiB", "400 GiB/s", "940 MHz".
// Inside the program every quantity is in SI without prefixes (B, s, J, Hz, m^2).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tilewright {

/// Exponents over the base dimensions {byte, second, joule, metre}. All zero: a plain number.
struct Dimension {
  std::array<int, 4> exponent{};
  bool operator==(const Dimension&) const = default;
  Dimension operator+(const Dimension& other) const;  ///< of a product
  Dimension operator-(const Dimension& other) const;  ///< of a quotient
  [[nodiscard]] bool plain() const { return *this == Dimension{}; }
  /// The SI unit in words a user writes: "B", "B/s", "Hz", "J", "m2", ...; empty if plain.
  [[nodiscard]] std::string unit() const;
};

namespace dimension {
inline constexpr Dimension number{};
inline constexpr Dimension bytes{{1, 0, 0, 0}};
inline constexpr Dimension seconds{{0, 1, 0, 0}};
inline constexpr Dimension hertz{{0, -1, 0, 0}};
inline constexpr Dimension bytes_per_second{{1, -1, 0, 0}};
inline constexpr Dimension joules{{0, 0, 1, 0}};
inline constexpr Dimension watts{{0, -1, 1, 0}};
inline constexpr Dimension square_metres{{0, 0, 0, 2}};
}  // namespace dimension

struct Unit {
  double scale;  ///< SI value of one unit
  Dimension dimension;
};

/// A unit by its name ("GiB", "GHz", "pJ", "ns", "um2", "mm2", "W"), or nothing. Any of them may be a rate
/// ("GiB/s"), and an energy may be per byte ("pJ/B").
std::optional<Unit> find_unit(std::string_view name);

/// The names of all units, without rates; for messages.
std::vector<std::string> unit_names();

/// A quantity for a terminal: "402.7 MB", "1.97 GB/s", "2.01 ms"; decimal prefixes, at most 4 digits.
/// A plain number has no prefix and at most 6 digits.
std::string pretty(double in_si, const Dimension& dimension);

}  // namespace tilewright
