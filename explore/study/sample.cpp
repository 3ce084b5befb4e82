#include "explore/study/sample.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/random/sobol.hpp>
#include <cmath>
#include <random>

#include "explore/study/study_keys.hpp"

namespace tilewright {

namespace {

const std::vector<std::string> method_names{"random", "sobol", "saltelli"};

// From 0 up to, and without, 1; 53 bits. std::uniform_real_distribution differs between libraries.
double share_of(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1p-53; }

using Shares = std::vector<std::vector<double>>;  // by point, by axis

Shares random_shares(std::size_t points, std::size_t axes, std::uint64_t seed) {
  std::mt19937_64 bits(seed);
  Shares shares(points, std::vector<double>(axes));
  for (auto& point : shares)
    for (double& share : point) share = share_of(bits());
  return shares;
}

Shares sobol_shares(std::size_t points, std::size_t axes, std::uint64_t seed) {
  const std::vector<double> shift = random_shares(1, axes, seed).front();
  boost::random::sobol sequence(axes);
  Shares shares(points, std::vector<double>(axes));
  for (auto& point : shares)
    for (std::size_t i = 0; i < axes; ++i) {
      const double sum = share_of(sequence()) + shift[i];
      point[i] = sum - std::floor(sum);
    }
  return shares;
}

Shares saltelli_shares(std::size_t base, std::size_t axes, std::uint64_t seed) {
  Shares shares;
  for (const auto& both : sobol_shares(base, 2 * axes, seed)) {
    const auto half = both.begin() + static_cast<std::ptrdiff_t>(axes);
    const std::vector<double> a(both.begin(), half);
    const std::vector<double> b(half, both.end());
    shares.push_back(a);
    for (std::size_t i = 0; i < axes; ++i) {
      shares.push_back(a);
      shares.back()[i] = b[i];
    }
    shares.push_back(b);
  }
  return shares;
}

Shares shares_of(const Sample& sample, std::size_t axes) {
  switch (sample.method) {
    case Sample::Method::random:
      return random_shares(sample.points, axes, sample.seed);
    case Sample::Method::sobol:
      return sobol_shares(sample.points, axes, sample.seed);
    case Sample::Method::saltelli:
      return saltelli_shares(sample.points, axes, sample.seed);
  }
  return {};
}

AxisValue value_at(const GridAxis& axis, double share) {
  if (axis.range) return axis_value(axis.range->at(share));
  const auto count = axis.values.size();
  return axis.values[std::min(count - 1, static_cast<std::size_t>(share * static_cast<double>(count)))];
}

}  // namespace

std::string Sample::text() const {
  return fmt::format("{}, {} points, seed {}", method_names[static_cast<std::size_t>(method)], points, seed);
}

Sample parse_sample(const Yaml& yaml) {
  yaml.only(names_of(sample_keys()));
  const Yaml method = yaml.at("method");
  const auto found = std::ranges::find(method_names, method.text());
  if (found == method_names.end())
    method.fail(fmt::format("expected one of random, sobol, saltelli, got '{}'{}", method.text(),
                            did_you_mean(method.text(), method_names)));
  Sample sample{static_cast<Sample::Method>(found - method_names.begin()),
                static_cast<std::size_t>(yaml.at("points").integer(1, 1'000'000))};
  if (const auto seed = yaml.find("seed"))
    sample.seed = static_cast<std::uint64_t>(seed->integer(0, std::int64_t{1} << 53));
  return sample;
}

std::size_t count_of(const Sample& sample, std::size_t axes) {
  return sample.method == Sample::Method::saltelli ? sample.points * (axes + 2) : sample.points;
}

std::vector<std::vector<AxisValue>> draw(const Sample& sample, const std::vector<GridAxis>& axes) {
  std::vector<std::vector<AxisValue>> values(axes.size());
  for (const auto& point : shares_of(sample, axes.size()))
    for (std::size_t i = 0; i < axes.size(); ++i) values[i].push_back(value_at(axes[i], point[i]));
  return values;
}

}  // namespace tilewright
