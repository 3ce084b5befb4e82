#include "explore/mapper/search_limits.hpp"

#include <fmt/format.h>

#include <cmath>

#include "common/error.hpp"
#include "common/memory.hpp"
#include "common/parallel.hpp"

namespace tilewright {

namespace {

constexpr double to_end_B = 8 << 20;                   // for the records and texts of what is found
constexpr std::chrono::milliseconds between_looks{1};  // in which a search takes a few MB

}  // namespace

SearchLimits::SearchLimits(double time_s, double memory_B) : memory_B_(memory_B - to_end_B) {
  if (std::isfinite(time_s))
    end_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(time_s));
  const double own_B = resident_B();
  if (own_B > memory_B_)
    throw InputError(fmt::format("--memory-limit: the program itself needs {:.0f} MiB, got {:.3g} MiB",
                                 std::ceil((own_B + to_end_B) / (1 << 20)), memory_B / (1 << 20)));
}

bool SearchLimits::is_over() {
  if (interrupted()) return true;
  const Clock::time_point now = Clock::now();
  return now > end_ || is_full(now);
}

bool SearchLimits::is_full(Clock::time_point now) {
  if (!std::isfinite(memory_B_)) return false;
  const Clock::rep at = now.time_since_epoch().count();
  Clock::rep next = next_look_;
  if (at < next || !next_look_.compare_exchange_strong(next, at + Clock::duration(between_looks).count()))
    return full_;
  if (resident_B() > memory_B_) full_ = true;
  return full_;
}

}  // namespace tilewright
