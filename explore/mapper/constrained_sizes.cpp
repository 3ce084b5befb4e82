#include "explore/mapper/constrained_sizes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

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

bool divides(double shape, double from, double to) {
  const std::vector<double> all = divisors(shape);
  const auto first = std::ranges::lower_bound(all, from);
  return first != all.end() && *first <= to;
}

class SizeCheck {
 public:
  SizeCheck(const std::vector<ByRank<double>>& shapes, const MapProblem& problem)
      : shapes_(shapes), problem_(problem) {}

  void require(const Constraint& constraint, RankId rank, const AllowedSizes& sizes) const {
    for (const double size : sizes.listed) require(constraint, rank, size, size);
    if (sizes.listed.empty()) require(constraint, rank, sizes.from, sizes.to);
  }

 private:
  void require(const Constraint& constraint, RankId rank, double from, double to) const {
    const double shape = shapes_.front()[rank];
    const bool divide = problem_.must_divide(rank);
    if (std::ranges::any_of(shapes_, [&](const ByRank<double>& each) {
          return divide ? divides(each[rank], from, to) : from <= each[rank];
        }))
      return;
    if (!divide)
      throw InputError(
          constraint.place, constraint.path,
          fmt::format("{:.0f} is more than all of {}, {:.0f}", from, problem_.cascade.ranks[rank].name, shape));
    throw InputError(constraint.place, constraint.path,
                     not_divided(shape, from, to) + (shapes_.size() == 1 ? nearest(shape, from, to) : ""));
  }

  const std::vector<ByRank<double>>& shapes_;
  const MapProblem& problem_;
};

}  // namespace

void require_sizes(const Mapspace& space, const std::vector<ByRank<double>>& shapes, const MapProblem& problem) {
  const SizeCheck check(shapes, problem);
  for (const Constraint& constraint : space.constraints()) {
    if (const auto* tile = std::get_if<Constraint::Tile>(&constraint.what))
      check.require(constraint, tile->rank, tile->sizes);
    else if (const auto* lanes = std::get_if<Constraint::Lanes>(&constraint.what))
      check.require(constraint, lanes->rank, lanes->sizes);
    else if (const auto* held = std::get_if<Constraint::LaneTile>(&constraint.what))
      check.require(constraint, held->rank, held->sizes);
  }
}

}  // namespace tilewright
