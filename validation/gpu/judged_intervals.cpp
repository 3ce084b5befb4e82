#include "validation/gpu/judged_intervals.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "sim/kernel/estimate.hpp"
#include "validation/quantile.hpp"

namespace tilewright {

namespace {

constexpr std::size_t least_rows = 20;
constexpr std::size_t least_shapes = 10;

// What kinds say of a prediction, the nearest first.
using Part = std::function<PredictionKind(const PredictionKind&)>;
const std::vector<Part> parts{
    [](const PredictionKind& all) { return all; },
    [](const PredictionKind& all) {
      return PredictionKind{all.kernel, "", all.problem, all.launches};
    },
    [](const PredictionKind& all) {
      return PredictionKind{"", "", all.problem, all.launches};
    },
    [](const PredictionKind& all) {
      return PredictionKind{"", "", "", all.launches};
    },
    [](const PredictionKind&) { return PredictionKind{}; },
};

PredictionInterval interval_of(const PredictionKind& kind, double share,
                               const std::vector<const JudgedPrediction*>& rows) {
  std::vector<double> times;
  std::set<std::string> shapes;
  for (const JudgedPrediction* row : rows) {
    times.push_back(row->times);
    shapes.insert(row->shape);
  }
  const auto independent = static_cast<double>(shapes.size());
  const double high = std::min(1.0, (1 + share) / 2 * (independent + 1) / independent);
  return {kind, quantile(times, 1 - high), quantile(times, high), rows.size(), shapes.size()};
}

// Whose parameters need not be known.
PreparedTiming without_baseline(PreparedTiming timing) {
  timing.baseline.reset();
  return timing;
}

std::optional<ComparedValue> first_value(const PreparedTiming& timing, const SourceParameters& parameters) {
  const std::vector<ComparedValue> values = compare(timing, parameters, estimate, true);
  return values.empty() ? std::nullopt : std::optional(values.front());
}

}  // namespace

PredictionIntervals intervals_of(const std::string& suite, const std::vector<JudgedPrediction>& rows) {
  PredictionIntervals intervals;
  intervals.suite = suite;
  std::set<std::string> kernels;
  for (const JudgedPrediction& row : rows) kernels.insert(row.kind.kernel);
  intervals.kernels.assign(kernels.begin(), kernels.end());
  for (const Part& part : parts) {
    std::map<PredictionKind, std::vector<const JudgedPrediction*>> kinds;
    for (const JudgedPrediction& row : rows) kinds[part(row.kind)].push_back(&row);
    for (const auto& [kind, of_kind] : kinds) {
      const PredictionInterval interval = interval_of(kind, intervals.share, of_kind);
      if (interval.rows >= least_rows && interval.shapes >= least_shapes) intervals.kinds.push_back(interval);
    }
  }
  return intervals;
}

PredictionIntervals judged_intervals(const TimingSuite& suite, const std::vector<PreparedTiming>& timings,
                                     const SourceParameters& parameters) {
  std::vector<JudgedPrediction> rows;
  for (const PreparedTiming& timing : timings) {
    if (!timing.row->gives_interval || timing.before || !parameters.contains(timing.row->source->name)) continue;
    const auto value =
        timing.baseline ? first_value(without_baseline(timing), parameters) : first_value(timing, parameters);
    if (value && value->kind) rows.push_back({*value->kind, timing.row->shape, value->measured / value->predicted});
  }
  return intervals_of(suite.name, rows);
}

SourceParameters without_conditions(const TimingSuite& suite, const std::vector<PreparedTiming>& timings,
                                    const std::vector<FittedCalibration>& fits) {
  SourceParameters parameters;
  for (const PreparedTiming& timing : timings) {
    const std::string& source = timing.row->source->name;
    if (parameters.contains(source)) continue;
    const CalibrationName name{timing.kernel.kernel.name, timing.kernel.arch.name};
    const auto fitted = std::ranges::find(fits, name, &FittedCalibration::name);
    const auto there = fitted == fits.end() ? calibration_of(suite, name) : std::nullopt;
    if (there) parameters[source] = there->parameters;
    if (fitted != fits.end()) parameters[source] = fitted->parameters;
  }
  return parameters;
}

}  // namespace tilewright
