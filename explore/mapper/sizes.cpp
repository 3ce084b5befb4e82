#include "explore/mapper/sizes.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace tilewright {

namespace {

void sort_once(std::vector<double>& sizes) {
  std::ranges::sort(sizes);
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
}

bool has_gap(const std::vector<double>& sizes) {
  return std::ranges::adjacent_find(sizes, [](double a, double b) { return b > 2 * a; }) != sizes.end();
}

void fill_gaps(std::vector<double>& sizes, const std::vector<double>& lanes) {
  std::vector<double> between;
  for (std::size_t i = 1; i < sizes.size(); ++i) {
    const double from = sizes[i - 1];
    const double to = sizes[i];
    if (to <= 2 * from) continue;
    for (double power = 1; power < to; power *= 2)
      if (power > from) between.push_back(power);
    std::ranges::copy_if(lanes, std::back_inserter(between), [&](double each) { return each > from && each < to; });
  }
  sizes.insert(sizes.end(), between.begin(), between.end());
  sort_once(sizes);
}

// The smallest size for every number of tiles.
void add_every(std::vector<double>& sizes, double number) {
  for (double size = number; size >= 1;) {
    const double tiles = std::ceil(number / size);
    sizes.push_back(std::ceil(number / tiles));
    size = sizes.back() - 1;
  }
  sort_once(sizes);
}

// Sizes that are asked for: all that are listed, and of a range that has none of these both ends.
void add_asked(std::vector<double>& sizes, double number, const AllowedSizes& allowed) {
  std::vector<double> asked = allowed.listed;
  if (asked.empty() && std::ranges::none_of(sizes, [&](double size) { return allowed.has(size); }))
    asked = {allowed.from, allowed.to};
  for (const double size : asked)
    if (size <= number) sizes.push_back(size);
  sort_once(sizes);
}

}  // namespace

// From the prime factors: what has a large one, or only large ones, has few divisors.
std::vector<double> divisors(double number) {
  std::vector<double> all{1};
  auto rest = static_cast<std::uint64_t>(number);
  const auto multiply = [&](std::uint64_t prime) {
    const std::size_t before = all.size();
    for (double power = 1; rest % prime == 0; rest /= prime) {
      power *= static_cast<double>(prime);
      for (std::size_t i = 0; i < before; ++i) all.push_back(all[i] * power);
    }
  };
  if (rest > 0) multiply(2);
  for (std::uint64_t odd = 3; odd * odd <= rest; odd += 2) multiply(odd);
  if (rest > 1) multiply(rest);
  std::ranges::sort(all);
  return all;
}

std::vector<double> few_of(const std::vector<double>& sizes, std::size_t few) {
  if (sizes.size() <= few) return sizes;
  std::vector<double> chosen;
  for (std::size_t i = 0; i < few; ++i) chosen.push_back(sizes[i * (sizes.size() - 1) / (few - 1)]);
  return chosen;
}

bool names_remainder(const AllowedSizes& sizes, double number) {
  const auto divides = [&](double size) { return std::fmod(number, size) == 0; };
  if (!sizes.listed.empty())
    return std::ranges::any_of(sizes.listed, [&](double size) { return size < number && !divides(size); });
  return sizes.from > 1 && sizes.from < number &&
         std::ranges::none_of(divisors(number), [&](double size) { return sizes.has(size); });
}

SizeRule::SizeRule(double shape, std::vector<double> lanes, bool every, bool named)
    : uneven_(every || named || has_gap(divisors(shape))), every_(every), lanes_(std::move(lanes)) {}

std::vector<double> SizeRule::of(double number, const std::vector<AllowedSizes>& allowed) const {
  std::vector<double> sizes = divisors(number);
  if (!uneven_) return sizes;
  fill_gaps(sizes, lanes_);
  if (every_) add_every(sizes, number);
  for (const AllowedSizes& each : allowed) add_asked(sizes, number, each);
  return sizes;
}

std::vector<double> SizeRule::lanes_of(double shape, const std::vector<double>& tiles,
                                       const std::vector<AllowedSizes>& allowed) const {
  std::vector<double> sizes = of(shape, allowed);
  if (!uneven_) return sizes;
  for (const double tile : tiles)
    if (tile != shape) std::ranges::copy(divisors(tile), std::back_inserter(sizes));
  sort_once(sizes);
  return sizes;
}

}  // namespace tilewright
