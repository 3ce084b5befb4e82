#include "explore/mapper/constrained_sizes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explore/mapper/problem.hpp"

namespace tilewright {

namespace {

std::string nearest(double shape, double from, double to) {
  const std::vector<double> all = divisors(shape);
  const auto above = std::ranges::upper_bound(all, to);
  const auto below = std::ranges::lower_bound(all, from);
  if (below == all.begin()) return fmt::format("; the nearest divisor is {:.0f}", *above);
  if (above == all.end()) return fmt::format("; the nearest divisor is {:.0f}", *(below - 1));
  return fmt::format("; the nearest divisors are {:.0f} and {:.0f}", *(below - 1), *above);
}

std::string not_divided(double shape, double from, double to) {
  if (from == to) return fmt::format("{:.0f} does not divide {:.0f}", from, shape);
  if (from > shape) return fmt::format("no divisor of {:.0f} is {:.0f} or more", shape, from);
  return fmt::format("no divisor of {:.0f} is between {:.0f} and {:.0f}", shape, from, to);
}

void require(const Constraint& constraint, RankId rank, const AllowedSizes& sizes,
             const std::vector<ByRank<double>>& shapes) {
  const auto divides_none = [&](double from, double to) {
    return std::ranges::none_of(shapes, [&](const ByRank<double>& each) {
      const std::vector<double> all = divisors(each[rank]);
      const auto first = std::ranges::lower_bound(all, from);
      return first != all.end() && *first <= to;
    });
  };
  const auto refuse = [&](double from, double to) {
    const double shape = shapes.front()[rank];
    throw InputError(constraint.place, constraint.path,
                     not_divided(shape, from, to) + (shapes.size() == 1 ? nearest(shape, from, to) : ""));
  };
  for (const double size : sizes.listed)
    if (divides_none(size, size)) refuse(size, size);
  if (sizes.listed.empty() && divides_none(sizes.from, sizes.to)) refuse(sizes.from, sizes.to);
}

}  // namespace

void require_divisors(const Mapspace& space, const std::vector<ByRank<double>>& shapes) {
  for (const Constraint& constraint : space.constraints()) {
    if (const auto* tile = std::get_if<Constraint::Tile>(&constraint.what))
      require(constraint, tile->rank, tile->sizes, shapes);
    else if (const auto* lanes = std::get_if<Constraint::Lanes>(&constraint.what))
      require(constraint, lanes->rank, lanes->sizes, shapes);
    else if (const auto* held = std::get_if<Constraint::LaneTile>(&constraint.what))
      require(constraint, held->rank, held->sizes, shapes);
  }
}

}  // namespace tilewright
