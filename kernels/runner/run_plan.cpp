#include "kernels/runner/run_plan.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <string>

#include "kernels/runner/pace.hpp"
#include "kernels/runner/recorder.hpp"
#include "kernels/runner/results.hpp"
#include "kernels/runner/statistics.hpp"
#include "kernels/runner/tally.hpp"

namespace tilewright::kernels::runner {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int most_losses = 2;  // of a kernel

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::vector<plan::Row> chosen_points(const Options& options, const std::vector<plan::Row>& plan) {
  const auto left_out = [&](const std::string& kernel) {
    return std::find(options.without.begin(), options.without.end(), kernel) != options.without.end();
  };
  std::vector<plan::Row> chosen;
  for (const plan::Row& point : plan) {
    if (point.is_peer() || left_out(point.kernel)) continue;
    if (point.point.find(options.only) != std::string::npos) chosen.push_back(point);
  }
  return chosen;
}

/// Names that choose or leave out nothing: a plan may lack a kernel, but a name may be mistyped, too.
void tell_of_strangers(const Options& options, const std::vector<plan::Row>& plan, std::ostream& stream) {
  const auto is_chosen = [&](const plan::Row& point) {
    return point.point.find(options.only) != std::string::npos;
  };
  if (!options.only.empty() && std::none_of(plan.begin(), plan.end(), is_chosen))
    stream << "--only " << options.only << ": no point has it in its name" << std::endl;
  for (const std::string& kernel : options.without) {
    const auto is_of = [&](const plan::Row& point) { return point.kernel == kernel; };
    if (std::none_of(plan.begin(), plan.end(), is_of))
      stream << "--without " << kernel << ": no point of the plan is of this kernel" << std::endl;
  }
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

/// Tells of every point once, and in the end of all.
class Progress {
 public:
  Progress(std::size_t points, std::ostream& stream) : points_(points), stream_(stream) {}

  void tell(const std::string& what, const std::string& point, const std::string& line) {
    tally_.add(what);
    stream_ << "[" << ++told_ << "/" << points_ << "] " << point << ": " << line << std::endl;
  }

  void wait(std::size_t points) {
    stream_ << "results of " << points << (points == 1 ? " point is" : " points are") << " being checked"
            << std::endl;
  }

  /// The exit status.
  int end(int status) {
    if (status == lost_device) {
      stream_ << "the device is lost to this process: give the same command again to go on" << std::endl;
      return status;
    }
    stream_ << (status == interrupted ? "interrupted after " : "") << tally_.str() << std::endl;
    if (status != all_done) return status;
    return tally_.has("wrong") || tally_.has("failed") || tally_.has("lost") ? some_wrong : all_done;
  }

 private:
  std::size_t points_;
  std::size_t told_ = 0;
  std::ostream& stream_;
  Tally tally_;
};

int profile(const std::vector<plan::Row>& points, Bench& bench, const Surroundings& around) {
  Progress progress(points.size(), around.progress);
  for (std::size_t index = 0; index < points.size(); ++index) {
    const plan::Row& point = points[index];
    const Outcome outcome = bench.profile(point);
    const bool ran = outcome.status == plan::Status::ok || outcome.status == plan::Status::wrong;
    if (ran) around.names << point.point << std::endl;
    progress.tell(to_text(outcome.status), point.point, describe(outcome));
    if (outcome.device_lost) return progress.end(lost_device);
    if (around.stop && index + 1 < points.size()) return progress.end(interrupted);
  }
  return progress.end(all_done);
}

class Session {
 public:
  Session(const Options& options, Bench& bench, const Surroundings& around)
      : options_(options),
        bench_(bench),
        around_(around),
        results_(options.results, bench.machine()),
        recorder_([this](const Taken& taken) { write(taken); },
                  [this](std::size_t points) { progress_->wait(points); }) {}

  int measure(std::vector<plan::Row> points) {
    std::stable_partition(points.begin(), points.end(),
                          [&](const plan::Row& point) { return !results_.failed(point); });
    Progress progress(points.size(), around_.progress);
    progress_ = &progress;
    int status = all_done;
    for (std::size_t index = 0; index < points.size() && status == all_done; ++index) {
      const bool lost = !take(points[index]);
      const bool more = index + 1 < points.size();
      status = lost ? lost_device : around_.stop && more ? interrupted : all_done;
    }
    results_.end();
    recorder_.write_all();
    return progress.end(status);
  }

 private:
  /// False where the device is lost.
  bool take(const plan::Row& point) {
    recorder_.write_ready();
    if (const auto status = results_.settled(point)) {
      return pass_over(point, to_text(*status), to_text(*status) + ", already there");
    }
    if (results_.losses(point) >= most_losses) {
      return pass_over(point, "dropped", "dropped: its kernel lost the device twice");
    }
    if (!fits_in_time(point)) return pass_over(point, "left", "left: it would not end in time");
    results_.begin(point);
    const Clock::time_point start = Clock::now();
    Taken taken{point, {}, bench_.state(), {}};
    taken.outcome = bench_.measure(point);
    taken.after = bench_.state();
    taken.seconds = seconds_since(start);
    const bool lost = taken.outcome.device_lost;
    recorder_.add(std::move(taken));
    return !lost;
  }

  bool pass_over(const plan::Row& point, const std::string& what, const std::string& line) {
    progress_->tell(what, point.point, line);
    return true;
  }

  /// With all that is yet to be judged.
  [[nodiscard]] bool fits_in_time(const plan::Row& point) const {
    double expected_s = pace_.expected_s(point);
    for (const plan::Row& waiting : recorder_.waiting()) expected_s += pace_.expected_s(waiting);
    return seconds_since(around_.start) + expected_s < options_.deadline_s;
  }

  void write(const Taken& taken) {
    pace_.took(taken.point, taken.seconds);
    results_.append(measurement_of(taken.point, taken.outcome, bench_.machine(), taken.before, taken.after));
    progress_->tell(to_text(taken.outcome.status), taken.point.point, describe(taken.outcome));
  }

  const Options& options_;
  Bench& bench_;
  const Surroundings& around_;
  ResultsFile results_;
  Recorder recorder_;
  Pace pace_{options_.hang_s};  // until it is known better, a kernel may hang
  Progress* progress_ = nullptr;
};

}  // namespace

int run_plan(const Options& options, const std::vector<plan::Row>& plan, Bench& bench, const Surroundings& around) {
  tell_of_strangers(options, plan, around.progress);
  const std::vector<plan::Row> points = chosen_points(options, plan);
  if (options.profile) return profile(points, bench, around);
  return Session(options, bench, around).measure(points);
}

}  // namespace tilewright::kernels::runner
