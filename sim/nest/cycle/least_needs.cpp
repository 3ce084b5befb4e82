#include "sim/nest/cycle/least_needs.hpp"

#include <algorithm>
#include <limits>

namespace tilewright {

namespace {

constexpr std::int64_t unrelated = std::numeric_limits<std::int64_t>::min() / 4;

/// shifts[B][A]: when B begins with tile t, A is over with all tiles up to t + shifts[B][A].
using Shifts = ByTask<ByTask<std::int64_t>>;

bool all_tiles_have(const TileTask& task) { return task.when == When{}; }

// The longest ways; no way leads back to where it began but with less.
void follow_others(const TileProgram& program, Shifts& shifts) {
  for (const TaskId over : program.tasks.ids()) {
    if (!all_tiles_have(program.tasks[over])) continue;
    for (const TaskId from : program.tasks.ids())
      for (const TaskId to : program.tasks.ids())
        shifts[from][to] = std::max(shifts[from][to], shifts[from][over] + shifts[over][to]);
  }
}

Shifts all_shifts(const TileProgram& program) {
  Shifts shifts;
  for (const TileTask& task : program.tasks) {
    ByTask<std::int64_t> own;
    own.assign(program.tasks.size(), unrelated);
    for (const Need& need : task.needs)
      if (!need.iterated) own[need.task] = std::max(own[need.task], need.shift);
    shifts.push_back(std::move(own));
  }
  follow_others(program, shifts);
  return shifts;
}

}  // namespace

ByTask<std::vector<Need>> least_needs(const TileProgram& program) {
  const Shifts shifts = all_shifts(program);
  ByTask<std::vector<Need>> least;
  for (const TileTask& task : program.tasks) {
    std::vector<Need> left;
    const auto follows = [&](const Need& need) {
      return !need.iterated && std::ranges::any_of(task.needs, [&](const Need& other) {
        if (other.iterated || !all_tiles_have(program.tasks[other.task])) return false;
        return other.task == need.task ? other.shift > need.shift
                                       : other.shift + shifts[other.task][need.task] >= need.shift;
      });
    };
    for (const Need& need : task.needs) {
      const auto same = [&](const Need& other) {
        return other.task == need.task && other.shift == need.shift && other.iterated == need.iterated;
      };
      if (!follows(need) && std::ranges::none_of(left, same)) left.push_back(need);
    }
    least.push_back(std::move(left));
  }
  return least;
}

}  // namespace tilewright
