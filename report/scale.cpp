#include "report/scale.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "report/plot.hpp"

namespace tilewright {

namespace {

/// A step between tics, of 1, 2, 2.5 or 5 times a power of ten, with about four to a length.
double tic_step(double length) {
  const double power = std::pow(10, std::floor(std::log10(length / 5)));
  for (const double step : {1.0, 2.0, 2.5, 5.0})
    if (step * power * 5 >= length * (1 - 1e-9)) return step * power;
  return 10 * power;
}

// A figure without a single point is not what its range was given for.
void require_some_within(const NumberAxis& style, const std::vector<double>& values) {
  if (!style.range || values.empty()) return;
  const auto is_within = [&](double value) { return value >= *style.least && value <= *style.most; };
  if (std::ranges::any_of(values, is_within)) return;
  const auto [least, most] = std::ranges::minmax(values);
  style.range->fail(fmt::format("none of the values is within it; they are from {:.4g} to {:.4g}", least, most));
}

/// Multiples of a power of the base that get a label, from few to many.
std::vector<std::vector<double>> multiples(int base) {
  if (base == 2) return {{1}, {1, 1.5}, {1, 1.25, 1.5, 1.75}};
  return {{1}, {1, 2, 5}, {1, 2, 3, 4, 5, 6, 7, 8, 9}};
}

std::vector<double> places(const Scale& scale, const std::vector<double>& multiples) {
  std::vector<double> at;
  const double base = scale.log_base;
  const auto first = static_cast<int>(std::floor(std::log(scale.least) / std::log(base) + 1e-9));
  for (int power = first; std::pow(base, power) <= scale.most * (1 + 1e-9); ++power)
    for (const double multiple : multiples) {
      const double place = multiple * std::pow(base, power);
      if (place >= scale.least * (1 - 1e-9) && place <= scale.most * (1 + 1e-9)) at.push_back(place);
    }
  return at;
}

std::vector<double> round_places(const Scale& scale) {
  std::vector<double> at;
  const double step = tic_step(scale.most - scale.least);
  for (double n = std::ceil(scale.least / step - 1e-9); n * step <= scale.most + 1e-9 * step; ++n)
    at.push_back(n * step);
  return at;
}

/// The label of a tic is a format of its number.
std::string as_format(const std::string& label) {
  std::string result;
  for (const char letter : label) result += letter == '%' ? "%%" : std::string(1, letter);
  return result;
}

void add_log_tics(Scale& scale) {
  constexpr std::size_t enough = 3;
  constexpr std::size_t many = 8;
  const auto has = [&](double place) { return std::ranges::find(scale.tics, place, &Tic::at) != scale.tics.end(); };
  // Powers first: where labels would touch each other the earlier ones stay.
  for (const std::vector<double>& some : multiples(scale.log_base)) {
    if (scale.tics.size() >= enough) break;
    for (const double place : places(scale, some))
      if (!has(place)) scale.tics.push_back({place, short_number(place, scale.least)});
  }
  if (scale.tics.size() < enough)  // a range within less than a power
    for (const double place : round_places(scale))
      if (!has(place)) scale.tics.push_back({place, short_number(place, scale.least)});
  const std::size_t step = 1 + (scale.tics.size() - 1) / many;
  for (std::size_t i = 0; i < scale.tics.size(); ++i)
    if (i % step != 0) scale.tics[i].label.clear();
  if (scale.log_base != 10 || step > 1) return;
  for (const double place : places(scale, multiples(10).back()))
    if (!has(place)) scale.tics.push_back({place, ""});
}

Scale log_scale(const NumberAxis& style, const std::vector<double>& values) {
  constexpr double room = 1.25;
  double least = 1;
  double most = style.log_base;
  bool any = false;
  for (const double value : values) {
    if (value <= 0) continue;
    least = any ? std::min(least, value) : value;
    most = any ? std::max(most, value) : value;
    any = true;
  }
  Scale scale{style.log_base, style.least.value_or(least / room), style.most.value_or(most * room), {}};
  add_log_tics(scale);
  return scale;
}

}  // namespace

double Scale::share(double value) const {
  if (log_base == 0) return (value - least) / (most - least);
  return std::log(value / least) / std::log(most / least);
}

double Scale::widest_label() const {
  double widest = 0;
  for (const Tic& tic : tics) widest = std::max(widest, label_width(tic.label));
  return widest;
}

Scale Scale::thinned(double length, std::optional<double> height) const {
  constexpr double gap = 8;
  Scale result = *this;
  std::vector<std::pair<double, double>> taken;
  for (Tic& tic : result.tics) {
    if (tic.label.empty()) continue;
    const double middle = share(tic.at) * length;
    const double half = (height ? *height : label_width(tic.label) + gap) / 2;
    if (std::ranges::any_of(taken, [&](const auto& other) {
          return middle - half < other.second && middle + half > other.first;
        })) {
      tic.label.clear();
    } else {
      taken.emplace_back(middle - half, middle + half);
    }
  }
  return result;
}

std::string Scale::commands(char axis, bool upright_labels) const {
  std::vector<std::string> items;
  for (const Tic& tic : tics)
    items.push_back(fmt::format("{} {} {}", quoted(as_format(tic.label)), tic.at, tic.label.empty() ? 1 : 0));
  const std::string scaling =
      log_base > 0 ? fmt::format("set logscale {} {}\n", axis, log_base) : fmt::format("unset logscale {}\n", axis);
  return scaling + fmt::format("set {0}range [{1}:{2}]\nset {0}tics {3} ({4})\n", axis, least, most,
                               upright_labels ? "rotate by 90 right offset 0,0" : "norotate",
                               fmt::join(items, ", "));
}

Scale number_scale(const NumberAxis& style, const std::vector<double>& values) {
  require_some_within(style, values);
  if (style.log_base > 0) return log_scale(style, values);
  double least = 0;
  double most = 0;
  for (const double value : values) {
    least = std::min(least, value);
    most = std::max(most, value);
  }
  if (least == most) most = 1;
  const double step = tic_step(style.most.value_or(most) - style.least.value_or(least));
  Scale scale{0,
              style.least.value_or(std::floor(least / step) * step),
              style.most.value_or(std::ceil(most / step * (1 - 1e-9)) * step),
              {}};
  for (const double at : round_places(scale)) scale.tics.push_back({at, short_number(at, step)});
  return scale;
}

Scale named_scale(const std::vector<double>& at, const std::vector<std::string>& names, int log_base) {
  Scale scale;
  for (std::size_t i = 0; i < at.size(); ++i) scale.tics.push_back({at[i], names[i]});
  if (at.empty()) return scale;
  const auto [first, last] = std::ranges::minmax(at);
  if (log_base > 0 && first > 0) {
    const double room = std::max(1.2, std::pow(last / first, 0.05));
    scale.log_base = log_base;
    scale.least = first / room;
    scale.most = last * room;
    return scale;
  }
  const double room = first == last ? 1 : (last - first) / 20;
  scale.least = first - room;
  scale.most = last + room;
  return scale;
}

std::string short_number(double value, double least) {
  struct Prefix {
    double factor;
    const char* letter;
  };
  static constexpr std::array<Prefix, 10> prefixes = {{{1e15, "P"},
                                                       {1e12, "T"},
                                                       {1e9, "G"},
                                                       {1e6, "M"},
                                                       {1e3, "k"},
                                                       {1, ""},
                                                       {1e-3, "m"},
                                                       {1e-6, "µ"},
                                                       {1e-9, "n"},
                                                       {1e-12, "p"}}};
  const double size = std::abs(value);
  if (size == 0) return "0";
  const double without_prefix = least > 0 && least < 0.01 ? 1 : 0.01;
  if (size >= without_prefix && size < 9999.5) return fmt::format("{:.4g}", value);
  if (size >= 1e18 || size < 1e-12) return fmt::format("{:.3g}", value);
  for (const Prefix& prefix : prefixes)
    if (size >= prefix.factor * (1 - 1e-9)) return fmt::format("{:.4g}{}", value / prefix.factor, prefix.letter);
  return fmt::format("{:.3g}", value);
}

double label_width(const std::string& text) {
  constexpr double of_size = 0.62;  // of a letter, on average
  const auto begins_letter = [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; };
  return of_size * letter_size * static_cast<double>(std::ranges::count_if(text, begins_letter));
}

}  // namespace tilewright
