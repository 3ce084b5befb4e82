#include "common/units.hpp"

#include <cmath>
#include <map>
#include <span>

#include <fmt/format.h>

namespace tilewright {
namespace {

struct Prefix {
  std::string_view name;
  double scale;
};

constexpr Prefix small_prefixes[] = {{"f", 1e-15}, {"p", 1e-12}, {"n", 1e-9}, {"u", 1e-6}, {"m", 1e-3}};
constexpr Prefix large_prefixes[] = {{"k", 1e3}, {"M", 1e6}, {"G", 1e9}, {"T", 1e12}, {"P", 1e15}, {"E", 1e18}};
constexpr Prefix binary_prefixes[] = {
    {"Ki", 0x1p10}, {"Mi", 0x1p20}, {"Gi", 0x1p30}, {"Ti", 0x1p40}, {"Pi", 0x1p50}};
constexpr Dimension metres{{0, 0, 0, 1}};

using Units = std::map<std::string, Unit, std::less<>>;

void add(Units& units, std::span<const Prefix> prefixes, std::string_view name, const Unit& unit, int power = 1) {
  for (const Prefix& prefix : prefixes) {
    const double scale = power == 1 ? prefix.scale : prefix.scale * prefix.scale;
    units.emplace(fmt::format("{}{}", prefix.name, name), Unit{unit.scale * scale, unit.dimension});
  }
}

Units make_units() {
  constexpr double bytes_per_bit = 0.125;
  constexpr Prefix centi[] = {{"c", 1e-2}};
  Units units = {{"B", {1, dimension::bytes}},
                 {"bit", {bytes_per_bit, dimension::bytes}},
                 {"s", {1, dimension::seconds}},
                 {"Hz", {1, dimension::hertz}},
                 {"J", {1, dimension::joules}},
                 {"W", {1, dimension::watts}},
                 {"m", {1, metres}},
                 {"m2", {1, dimension::square_metres}}};
  add(units, large_prefixes, "B", units.at("B"));
  add(units, binary_prefixes, "B", units.at("B"));
  add(units, large_prefixes, "bit", units.at("bit"));
  add(units, large_prefixes, "Hz", units.at("Hz"));
  for (const std::string_view name : {"s", "J", "W", "m"}) {
    add(units, small_prefixes, name, units.find(name)->second);
  }
  add(units, large_prefixes, "W", units.at("W"));
  add(units, small_prefixes, "m2", units.at("m2"), 2);
  add(units, centi, "m2", units.at("m2"), 2);
  return units;
}

const Units& units() {
  static const Units table = make_units();
  return table;
}

std::string power(std::string_view base, int exponent) {
  return exponent == 1 ? std::string(base) : fmt::format("{}{}", base, exponent);
}

/// Every prefix that a value with this unit is printed with, smallest first; areas step by squares.
std::vector<Prefix> printed_prefixes(const Dimension& dimension) {
  if (dimension == dimension::square_metres) return {{"n", 1e-18}, {"u", 1e-12}, {"m", 1e-6}, {"", 1}};
  std::vector<Prefix> prefixes;
  const bool divisible = dimension.exponent[0] <= 0;  // a part of a byte reads better as 0.5 B
  if (divisible) prefixes.assign(std::begin(small_prefixes), std::end(small_prefixes));
  prefixes.push_back({"", 1});
  if (dimension != dimension::seconds) {
    prefixes.insert(prefixes.end(), std::begin(large_prefixes), std::end(large_prefixes));
  }
  return prefixes;
}

/// A prefix in front of "B2" or "1/s2" would be read as part of what is squared.
bool takes_prefix(const Dimension& dimension) {
  if (dimension == dimension::hertz || dimension == dimension::square_metres) return true;
  for (const int exponent : dimension.exponent) {
    if (exponent > 0) return exponent == 1;
  }
  return false;
}

}  // namespace

Dimension Dimension::operator+(const Dimension& other) const {
  Dimension result = *this;
  for (std::size_t i = 0; i < exponent.size(); ++i) result.exponent[i] += other.exponent[i];
  return result;
}

Dimension Dimension::operator-(const Dimension& other) const {
  Dimension result = *this;
  for (std::size_t i = 0; i < exponent.size(); ++i) result.exponent[i] -= other.exponent[i];
  return result;
}

std::string Dimension::unit() const {
  if (plain()) return {};
  if (*this == dimension::hertz) return "Hz";
  if (*this == dimension::watts) return "W";
  constexpr std::array<std::string_view, 4> bases = {"B", "s", "J", "m"};
  std::string above;
  std::string below;
  for (std::size_t i = 0; i < bases.size(); ++i) {
    if (exponent[i] > 0) above += (above.empty() ? "" : "*") + power(bases[i], exponent[i]);
    if (exponent[i] < 0) below += "/" + power(bases[i], -exponent[i]);
  }
  return (above.empty() ? "1" : above) + below;
}

std::optional<Unit> find_unit(std::string_view name) {
  if (const auto found = units().find(name); found != units().end()) return found->second;
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto above = units().find(name.substr(0, slash));
  const std::string_view below = name.substr(slash + 1);
  if (above == units().end()) return std::nullopt;
  const auto& [scale, dimension] = above->second;
  if (below == "s") return Unit{scale, dimension - dimension::seconds};
  if (below == "B" && dimension == dimension::joules) return Unit{scale, dimension - dimension::bytes};
  return std::nullopt;
}

std::vector<std::string> unit_names() {
  std::vector<std::string> names;
  for (const auto& [name, unit] : units()) names.push_back(name);
  return names;
}

std::string pretty(double in_si, const Dimension& dimension) {
  if (dimension.plain()) {
    const bool readable = in_si == std::floor(in_si) && std::abs(in_si) < 1e9;
    return readable ? fmt::format("{:.0f}", in_si) : fmt::format("{:.6g}", in_si);
  }
  const std::string unit = dimension.unit();
  if (!takes_prefix(dimension) || in_si == 0 || !std::isfinite(in_si)) {
    return fmt::format("{:.4g} {}", in_si, unit);
  }
  const std::vector<Prefix> prefixes = printed_prefixes(dimension);
  // 999.96 rounds to 1000 in four digits and belongs to the next prefix; areas step by a million, and
  // 0.02 mm2 reads better than 20000 um2.
  const double least = dimension == dimension::square_metres ? 0.01 : 0.99995;
  Prefix chosen = prefixes.front();
  for (const Prefix& prefix : prefixes) {
    if (std::abs(in_si) >= least * prefix.scale) chosen = prefix;
  }
  return fmt::format("{:.4g} {}{}", in_si / chosen.scale, chosen.name, unit);
}

}  // namespace tilewright
