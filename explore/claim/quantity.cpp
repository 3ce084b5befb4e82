#include "explore/claim/quantity.hpp"

#include <charconv>
#include <map>

#include "common/units.hpp"

namespace tilewright {

namespace {

// Of "TFLOP/s", what a rate counts.
std::optional<double> operations_per_s(const std::string& unit) {
  static const std::map<std::string, double> rates{{"FLOP/s", 1},     {"GFLOP/s", 1e9}, {"TFLOP/s", 1e12},
                                                   {"PFLOP/s", 1e15}, {"GFLOPS", 1e9},  {"TFLOPS", 1e12},
                                                   {"PFLOPS", 1e15}};
  const auto rate = rates.find(unit);
  if (rate == rates.end()) return {};
  return rate->second;
}

std::optional<StatedQuantity> of_unit(double value, const std::string& unit, const std::string& text) {
  using Kind = StatedQuantity::Kind;
  if (unit.empty() || unit == "x") return StatedQuantity{Kind::speedup, value, text};
  if (unit == "% of peak") return StatedQuantity{Kind::share_of_peak, value / 100, text};
  if (unit == "% of ideal") return StatedQuantity{Kind::share_of_ideal, value / 100, text};
  if (const auto rate = operations_per_s(unit)) return StatedQuantity{Kind::rate, value * *rate, text};
  const auto known = find_unit(unit);
  if (!known || known->dimension != dimension::seconds) return {};
  return StatedQuantity{Kind::time, value * known->scale, text};
}

}  // namespace

std::optional<StatedQuantity> parse_quantity(const std::string& text) {
  if (text == "fits") return StatedQuantity{StatedQuantity::Kind::fits, 0, text};
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !(value > 0) || !(value < 1e300)) return {};
  std::string unit(end, text.data() + text.size());
  unit.erase(0, unit.find_first_not_of(' ') == std::string::npos ? 0 : unit.find_first_not_of(' '));
  return of_unit(value, unit, text);
}

std::optional<double> parse_quantity(const std::string& text, StatedQuantity::Kind kind) {
  const auto quantity = parse_quantity(text);
  if (!quantity || quantity->kind != kind) return {};
  return quantity->value;
}

}  // namespace tilewright
