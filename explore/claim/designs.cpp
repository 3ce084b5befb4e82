#include "explore/claim/designs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "common/error.hpp"
#include "common/file.hpp"
#include "explore/study/sweep.hpp"

namespace tilewright {

namespace {

std::string times(double speedup) { return fmt::format("{:.2f}x", speedup); }

// Over all points, each as much as any other.
struct Mean {
  double sum = 0;
  double least = std::numeric_limits<double>::infinity();
  double most = 0;
  double points = 0;

  void add(double value) {
    sum += value;
    least = std::min(least, value);
    most = std::max(most, value);
    points += 1;
  }
  [[nodiscard]] double mean() const { return sum / points; }
  [[nodiscard]] std::string range() const { return fmt::format("{} to {}", times(least), times(most)); }
};

double number(const Record& record, const char* name) {
  const auto value = record.number(name);
  if (!value) throw InputError(fmt::format("study: a point has no '{}'", name));
  return *value;
}

}  // namespace

Answer answer_on_designs(const Claim& claim) {
  const Study study = load_study(find_config("studies", claim.designs->study));
  const std::size_t baseline = study.series_named(claim.designs->baseline);
  const std::size_t method = study.series_named(claim.designs->method);
  if (study.series[baseline].axes != study.series[method].axes)
    throw InputError(
        fmt::format("study: '{}' and '{}' are over other axes", claim.designs->baseline, claim.designs->method));
  const std::vector<GridAxis> axes = study.axes_of(study.series[method]);
  Library library;
  Mean estimated;
  Mean possible;
  for (std::size_t n = 0; n < static_cast<std::size_t>(point_count(axes)); ++n) {
    const AxisValues values = point_values(axes, n);
    const double baseline_s = number(run_point(study, baseline, values, library), "time_s");
    const Record record = run_point(study, method, values, library);
    estimated.add(baseline_s / number(record, "time_s"));
    possible.add(baseline_s / number(record, "bound.time_s"));
  }
  Answer answer;
  answer.claimed = claim.claimed->value;
  answer.possible = possible.mean();
  answer.verdict = *answer.claimed <= *answer.possible ? Verdict::within : Verdict::impossible;
  answer.sentence = fmt::format(
      "{}: over the {:.0f} points of study '{}', '{}' is {} faster than '{}' in the mean by their models, and no "
      "mapping "
      "of its cascades on its architecture is more than {}",
      times(*answer.claimed), estimated.points, study.name, claim.designs->method, times(estimated.mean()),
      claim.designs->baseline, times(possible.mean()));
  answer.lines = {
      {"claimed", times(*answer.claimed), claim.claimed->text},
      {"estimated", times(estimated.mean()), "by the models of both, from " + estimated.range()},
      {"any mapping", times(possible.mean()), "of the cascades of the method, from " + possible.range()}};
  return answer;
}

}  // namespace tilewright
