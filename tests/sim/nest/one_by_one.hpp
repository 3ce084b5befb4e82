// List scheduling in plain steps, to hold closed forms against.
#pragma once

#include <algorithm>
#include <functional>
#include <queue>
#include <span>
#include <vector>

namespace tilewright::test {

/// When the last job ends: every job, in order, to the worker that is free first.
inline double makespan_one_by_one(std::span<const double> lengths, std::size_t workers) {
  std::priority_queue<double, std::vector<double>, std::greater<>> free_at;
  for (std::size_t i = 0; i < workers; ++i) free_at.push(0);
  double makespan = 0;
  for (const double length : lengths) {
    const double done = free_at.top() + length;
    free_at.pop();
    free_at.push(done);
    makespan = std::max(makespan, done);
  }
  return makespan;
}

}  // namespace tilewright::test
