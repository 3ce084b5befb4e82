#include "explore/study/forecast.hpp"

#include <chrono>

#include "common/parallel.hpp"
#include "explore/study/learn_files.hpp"

namespace tilewright {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

bool knows(const Store& store, const Digest& digest) { return store.known({&digest, 1}).front(); }

// Seconds for a point, from points that stand far apart.
double time_of(const SweepPlan& plan, const std::vector<std::size_t>& points, double try_s) {
  constexpr std::size_t stride = 7919;  // a prime, more than most axes have values
  const auto start = Clock::now();
  std::size_t tried = 0;
  do {
    (void)plan.run(points[tried * stride % points.size()], {});
    ++tried;
  } while (tried < points.size() && seconds_since(start) < try_s && !interrupted());
  return seconds_since(start) / static_cast<double>(tried);
}

}  // namespace

std::vector<SeriesForecast> forecast(SweepPlan& plan, std::size_t series, const Store* store, double try_s) {
  if (store != nullptr) (void)learn_from_store(plan, *store);
  std::vector<SeriesForecast> result(series);
  std::vector<std::vector<std::size_t>> missing(series);
  for (std::size_t n = 0; n < plan.size(); ++n) {
    SeriesForecast& of = result[plan.point(n).series];
    ++of.points;
    const bool stored = store != nullptr && plan.has_digest(n) && knows(*store, plan.digest(n));
    if (stored) ++of.stored;
    if (!stored && !plan.is_sequence(n)) missing[plan.point(n).series].push_back(n);
  }
  for (std::size_t s = 0; s < series && !interrupted(); ++s)
    if (!missing[s].empty())
      result[s].time_s = static_cast<double>(missing[s].size()) * time_of(plan, missing[s], try_s);
  return result;
}

}  // namespace tilewright
