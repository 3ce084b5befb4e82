#include "explore/mapper/partition_search.hpp"

#include <algorithm>

namespace tilewright {

namespace {

class PartitionSearch {
 public:
  PartitionSearch(const MapProblem& problem, LaneSearch& lanes, const Objective& objective,
                  const Surroundings& around)
      : space_(problem.space),
        objective_(objective),
        groups_(problem, lanes, objective),
        size_(problem.cascade.einsums.size()) {
    around_ = around;
  }

  PartitionResult run() {
    PartitionResult result;
    result.bound = groups_.bound(0, size_ - 1);
    std::vector<MappingOption> parts;
    around_.none_at_once = [&] { find_parts(parts); };
    if (space_.may_fuse(0, size_ - 1))
      result.options = all_in_one();
    else
      find_parts(parts);
    search_ranges();
    join(result.options);
    for (MappingOption& part : parts) add(std::move(part), result.options);  // of equal ones not these
    std::ranges::stable_sort(result.options, [&](const MappingOption& a, const MappingOption& b) {
      return objective_.before(a.score, b.score);
    });
    if (objective_.measures().size() == 1 && !result.options.empty()) result.options.resize(1);
    result.count = groups_.count();
    result.count.ended = result.count.ended && ended_;
    return result;
  }

 private:
  // One group first: most often the best, and then it bounds the others.
  std::vector<MappingOption> all_in_one() {
    std::vector<MappingOption> options;
    for (GroupOption& option : groups_.run(0, size_ - 1, around_)) {
      if (objective_.measures().size() == 1 && (!around_.best || objective_.before(option.score, *around_.best)))
        around_.best = option.score;
      options.push_back({option.score, {std::move(option.plan)}});
    }
    return options;
  }

  // Where all Einsums have no mapping at once together, or may not: smaller groups of them, the smallest first.
  void find_parts(std::vector<MappingOption>& options) {
    Surroundings around = around_;
    around.none_at_once = [] {};
    ranges_.assign(size_, std::vector<std::vector<GroupOption>>(size_));
    for (std::size_t size = 1; size < size_; ++size) {
      for (std::size_t first = 0; first + size <= size_ && !around.stop(); ++first)
        if (space_.may_fuse(first, first + size - 1))
          ranges_[first][first + size - 1] = groups_.at_once(first, first + size - 1, around);
      join(options);
    }
    if (objective_.measures().size() != 1) return;
    for (const MappingOption& option : options)
      if (!around_.best || objective_.before(option.score, *around_.best)) around_.best = option.score;
  }

  // What all Einsums before or after a range cost at least does not depend on how they are grouped: a group of all
  // of them moves no more and waits no more than several.
  void search_ranges() {
    ranges_.assign(size_, std::vector<std::vector<GroupOption>>(size_));
    find_rests();
    for (std::size_t first = 0; first < size_; ++first)
      for (std::size_t last = first; last < size_; ++last) {
        if (last - first + 1 == size_ || !space_.may_fuse(first, last)) continue;
        if (around_.stop()) {
          ended_ = false;
          break;
        }
        around_.rest = before_[first].then(after_[last]);
        if (!is_beaten(first, last)) ranges_[first][last] = groups_.run(first, last, around_);
      }
    around_.rest = {};
  }

  // The least of all Einsums before, and after, each one.
  void find_rests() {
    before_.assign(size_, {});
    after_.assign(size_, {});
    for (std::size_t e = 1; e < size_ && !around_.stop(); ++e) {
      before_[e] = groups_.bound(0, e - 1);
      after_[e - 1] = groups_.bound(e, size_ - 1);
    }
  }

  // Whatever its group and those around it are, they cost more than a mapping that is known.
  bool is_beaten(std::size_t first, std::size_t last) {
    return around_.best && objective_.measures().size() == 1 &&
           objective_.before(*around_.best, groups_.bound(first, last).then(around_.rest));
  }

  void join(std::vector<MappingOption>& options) {
    std::vector<std::vector<MappingOption>> until(size_ + 1);  // by number of Einsums
    until[0].push_back({});
    for (std::size_t end = 1; end <= size_; ++end)
      for (std::size_t first = 0; first < end; ++first)
        for (const GroupOption& group : ranges_[first][end - 1])
          for (const MappingOption& before : until[first]) {
            MappingOption option{before.score.then(group.score), before.groups};
            option.groups.push_back(group.plan);
            add(std::move(option), end == size_ ? options : until[end]);
          }
  }

  void add(MappingOption option, std::vector<MappingOption>& options) const {
    if (std::ranges::any_of(
            options, [&](const MappingOption& other) { return objective_.covers(other.score, option.score); }))
      return;
    std::erase_if(options,
                  [&](const MappingOption& other) { return objective_.covers(option.score, other.score); });
    options.push_back(std::move(option));
  }

  const Mapspace& space_;
  const Objective& objective_;
  GroupSearch groups_;
  std::size_t size_;
  Surroundings around_;
  bool ended_ = true;
  std::vector<Score> before_;
  std::vector<Score> after_;
  std::vector<std::vector<std::vector<GroupOption>>> ranges_;  // by first and last Einsum
};

}  // namespace

PartitionResult search_partitions(const MapProblem& problem, LaneSearch& lanes, const Objective& objective,
                                  const Surroundings& around) {
  return PartitionSearch(problem, lanes, objective, around).run();
}

PartitionResult search_partitions(const MapProblem& problem, const Objective& objective,
                                  const Surroundings& around) {
  LaneSearch lanes(problem);
  return search_partitions(problem, lanes, objective, around);
}

std::size_t groups_of(const MapProblem& problem) {
  const std::size_t size = problem.cascade.einsums.size();
  std::size_t groups = 0;
  for (std::size_t first = 0; first < size; ++first)
    for (std::size_t last = first; last < size; ++last) groups += problem.space.may_fuse(first, last) ? 1 : 0;
  return groups;
}

Score bound_of(const MapProblem& problem, LaneSearch& lanes, const Objective& objective) {
  return GroupSearch(problem, lanes, objective).bound(0, problem.cascade.einsums.size() - 1);
}

}  // namespace tilewright
