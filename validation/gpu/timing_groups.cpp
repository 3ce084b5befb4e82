#include "validation/gpu/timing_groups.hpp"

#include <cmath>
#include <map>
#include <utility>

#include "validation/quantile.hpp"
#include "validation/rank_correlation.hpp"

namespace tilewright {

namespace {

using Members = std::vector<const TimingComparison*>;

TimingGroup group_of(const std::vector<std::string>& texts, bool apart, const Members& members) {
  TimingGroup group{texts, apart, members.size(), 0, 0, 0, 0, {}, {}};
  const auto rows = static_cast<double>(members.size());
  std::vector<double> errors;
  std::vector<std::pair<double, double>> points;
  for (const TimingComparison* member : members) {
    errors.push_back(std::abs(member->error()));
    points.emplace_back(member->predicted, member->measured);
    group.mean += errors.back() / rows;
    group.bias += member->error() / rows;
  }
  group.median = quantile(errors, 0.5);
  group.most_of_ten = quantile(errors, 0.9);
  group.rank = rank_correlation(points);
  group.held = held_share(members);
  return group;
}

}  // namespace

std::vector<TimingGroup> groups_of(const TimingGrouping& grouping,
                                   const std::vector<TimingComparison>& comparisons) {
  std::map<std::pair<std::vector<std::string>, bool>, Members> members;
  for (const TimingComparison& each : comparisons) {
    if (each.value != grouping.value || !each.group.empty()) continue;
    const bool apart = grouping.apart_below && each.measured < *grouping.apart_below;
    for (std::size_t columns = 0; columns <= each.texts.size(); ++columns)
      members[{{each.texts.begin(), each.texts.begin() + static_cast<std::ptrdiff_t>(columns)}, apart}].push_back(
          &each);
  }
  std::vector<TimingGroup> groups;
  for (const auto& [key, of_group] : members) groups.push_back(group_of(key.first, key.second, of_group));
  return groups;
}

}  // namespace tilewright
