// What a sweep would do, before it does it.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "explore/store/store.hpp"
#include "explore/study/sweep_plan.hpp"

namespace tilewright {

struct SeriesForecast {
  std::size_t points = 0;
  std::size_t stored = 0;        ///< that the store has, where that shows without evaluating any
  std::optional<double> time_s;  ///< of the others on one thread; nothing for a sequence, which takes none
};

/// By series. `store`: nullptr where there is none yet. Points of each series are evaluated for `try_s`, one at
/// least, to see how long they take; a search takes what it is limited to at most.
std::vector<SeriesForecast> forecast(SweepPlan& plan, std::size_t series, const Store* store, double try_s);

}  // namespace tilewright
