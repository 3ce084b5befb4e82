#include "kernels/runner/run_plan.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <map>
#include <string>

#include "kernels/runner/results.hpp"
#include "kernels/runner/statistics.hpp"

namespace tilewright::kernels::runner {
namespace {

std::vector<plan::Row> chosen_points(const Options& options, const std::vector<plan::Row>& plan) {
  std::vector<plan::Row> chosen;
  for (const plan::Row& point : plan) {
    if (!point.is_peer() && point.point.find(options.only) != std::string::npos) chosen.push_back(point);
  }
  return chosen;
}

std::string short_number(double number) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.4g", number);
  return digits;
}

std::string describe(const Outcome& outcome) {
  std::string text = to_text(outcome.status);
  if (outcome.value) text += " " + short_number(*outcome.value) + " " + outcome.unit;
  if (!outcome.value && !outcome.samples_s.empty()) text += " " + short_number(median(outcome.samples_s)) + " s";
  if (outcome.error) text += ", error " + short_number(*outcome.error);
  if (!outcome.message.empty()) text += ": " + outcome.message;
  return text;
}

/// Counts by status, for the last line and the exit status.
class Tally {
 public:
  void add(const std::string& status) { ++counts_[status]; }
  [[nodiscard]] int exit_status() const {
    return counts_.count("wrong") + counts_.count("failed") == 0 ? all_done : some_wrong;
  }
  [[nodiscard]] std::string str() const {
    std::string text;
    for (const auto& [status, count] : counts_) {
      text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + status;
    }
    return text.empty() ? "no points" : text;
  }

 private:
  std::map<std::string, int> counts_;
};

/// What came of a point: its status, the line to show, and whether to go on.
struct Step {
  std::string status, line;
  bool device_lost = false;
};

Step measure_point(const plan::Row& point, Bench& bench, ResultsFile& results) {
  if (const auto status = results.status_of(point)) return {to_text(*status), to_text(*status) + ", already there"};
  const DeviceState before = bench.state();
  const Outcome outcome = bench.measure(point);
  results.append(measurement_of(point, outcome, bench.machine(), before, bench.state()));
  return {to_text(outcome.status), describe(outcome), outcome.device_lost};
}

template <class Action>
int for_each_point(const std::vector<plan::Row>& points, const std::atomic<bool>& stop, std::ostream& progress,
                   const Action& action) {
  Tally tally;
  for (std::size_t index = 0; index < points.size(); ++index) {
    const Step step = action(points[index]);
    tally.add(step.status);
    progress << "[" << index + 1 << "/" << points.size() << "] " << points[index].point << ": " << step.line
             << std::endl;
    if (step.device_lost) {
      progress << "the device is lost to this process: give the same command again to go on" << std::endl;
      return some_wrong;
    }
    if (stop && index + 1 < points.size()) {
      progress << "interrupted after " << tally.str() << std::endl;
      return interrupted;
    }
  }
  progress << tally.str() << std::endl;
  return tally.exit_status();
}

}  // namespace

int run_plan(const Options& options, const std::vector<plan::Row>& plan, Bench& bench,
             const std::atomic<bool>& stop, std::ostream& names, std::ostream& progress) {
  std::vector<plan::Row> points = chosen_points(options, plan);
  if (options.profile) {
    return for_each_point(points, stop, progress, [&](const plan::Row& point) {
      const Outcome outcome = bench.profile(point);
      const bool ran = outcome.status == plan::Status::ok || outcome.status == plan::Status::wrong;
      if (ran) names << point.point << std::endl;
      return Step{to_text(outcome.status), describe(outcome), outcome.device_lost};
    });
  }
  ResultsFile results(options.results);
  std::stable_partition(points.begin(), points.end(),
                        [&](const plan::Row& point) { return !results.failed_before(point); });
  return for_each_point(points, stop, progress,
                        [&](const plan::Row& point) { return measure_point(point, bench, results); });
}

}  // namespace tilewright::kernels::runner
