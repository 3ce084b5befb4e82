#include "validation/gpu/calibrate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/parallel.hpp"
#include "sim/kernel/estimate.hpp"
#include "validation/gpu/fit_variable.hpp"

namespace tilewright {

namespace {

// A parameter whose increase by its usual size changes predictions by less is not told by the rows.
constexpr double least_change = 1e-3;
// A parameter of whose effect less than this is its own cannot be told from the others.
constexpr double least_own_share = 0.02;

class SourceFit {
 public:
  SourceFit(const TimingSource& source, const Arch& arch, SourceParameters parameters)
      : source_(source), parameters_(std::move(parameters)) {
    for (const std::size_t field : source.fit)
      variables_.push_back(variable_of(parameter_fields()[field].name, arch));
  }

  [[nodiscard]] KernelParameters with(const std::vector<double>& values) const {
    KernelParameters parameters = parameters_.at(source_.name);
    for (std::size_t i = 0; i < values.size(); ++i)
      parameters.*parameter_fields()[source_.fit[i]].value = values[i];
    return parameters;
  }

  std::vector<double> residuals(const std::vector<const PreparedTiming*>& rows, const KernelParameters& of) {
    parameters_[source_.name] = of;
    std::vector<double> residuals;
    for (const PreparedTiming* row : rows) {
      stop_if_interrupted();
      const std::vector<ComparedValue> values = compare(*row, parameters_, estimate, true);
      if (!values.empty()) residuals.push_back(std::log(values[0].predicted / values[0].measured));
    }
    return residuals;
  }

  KernelParameters fit(const std::vector<const PreparedTiming*>& rows) {
    const KernelParameters before = parameters_.at(source_.name);
    const auto function = [&](const std::vector<double>& values) { return residuals(rows, with(values)); };
    const std::vector<double> values = fit_least_squares(variables_, function);
    told_ = identifiability(variables_, values, function);
    parameters_[source_.name] = before;
    return with(values);
  }

  // Of the last fit.
  void require_told() const {
    for (std::size_t i = 0; i < told_.size(); ++i) {
      const char* name = parameter_fields()[source_.fit[i]].name;
      if (told_[i].change < least_change) fail(fmt::format("the calibrating rows say nothing of '{}'", name));
      if (told_[i].own_share < least_own_share)
        fail(fmt::format("the calibrating rows cannot tell '{}' from the other parameters", name));
    }
  }

  // Of the last fit, whose residuals have this sum of squares: of each parameter, as far as residuals are linear in
  // it. Nothing where rows are no more than parameters.
  [[nodiscard]] std::vector<double> standard_errors(double squares, std::size_t rows) const {
    std::vector<double> errors;
    if (rows <= told_.size()) return errors;
    const double spread = std::sqrt(squares / static_cast<double>(rows - told_.size()));
    for (std::size_t i = 0; i < told_.size(); ++i)
      errors.push_back(std::abs(variables_[i].start) * spread /
                       (told_[i].change * told_[i].own_share * std::sqrt(static_cast<double>(rows))));
    return errors;
  }

  [[noreturn]] void fail(const std::string& message) const {
    throw InputError(source_.place, "", fmt::format("source '{}': {}", source_.name, message));
  }

 private:
  const TimingSource& source_;
  SourceParameters parameters_;
  std::vector<FitVariable> variables_;
  std::vector<Identifiability> told_;
};

using Group = std::pair<std::string, std::vector<const PreparedTiming*>>;

std::vector<Group> groups_of(const TimingSource& source, const std::vector<PreparedTiming>& timings) {
  std::vector<Group> groups;
  for (const auto& [name, condition] : source.groups)
    groups.emplace_back(name, std::vector<const PreparedTiming*>{});
  for (const PreparedTiming& timing : timings) {
    if (timing.row->source != &source) continue;
    for (std::size_t g = 0; g < groups.size(); ++g)
      if (timing.row->row.holds(source.groups[g].second, timing.row->numbers)) {
        groups[g].second.push_back(&timing);
        break;
      }
  }
  return groups;
}

std::vector<const PreparedTiming*> rows_of(const std::vector<Group>& groups, const Group* without = nullptr) {
  std::vector<const PreparedTiming*> rows;
  for (const Group& group : groups)
    if (&group != without) rows.insert(rows.end(), group.second.begin(), group.second.end());
  return rows;
}

double mean_error(const std::vector<double>& residuals) {
  double sum = 0;
  for (const double residual : residuals) sum += std::abs(std::exp(residual) - 1);
  return sum / static_cast<double>(residuals.size());
}

CalibrationGroup describe(const Group& group, const std::vector<Group>& all, const KernelParameters& fitted,
                          std::size_t parameters, SourceFit& fit) {
  CalibrationGroup result{group.first, {}, mean_error(fit.residuals(group.second, fitted)), {}};
  for (const PreparedTiming* timing : group.second) {
    const Place& place = timing->row->row.place();
    result.rows.push_back(fmt::format("{}:{} ({})", std::filesystem::path(place.file).filename().string(),
                                      place.line, timing->row->label));
  }
  const auto others = rows_of(all, &group);
  if (others.size() > parameters) result.left_out_mean = mean_error(fit.residuals(group.second, fit.fit(others)));
  return result;
}

FittedCalibration fit_source(const TimingSource& source, const std::vector<PreparedTiming>& timings,
                             const SourceParameters& parameters, Library& library) {
  const Arch arch = arch_of(source, library);
  SourceFit fit(source, arch, parameters);
  const std::vector<Group> groups = groups_of(source, timings);
  for (const Group& group : groups)
    if (group.second.empty()) fit.fail(fmt::format("no row is in group '{}' of 'calibrate'", group.first));
  const auto rows = rows_of(groups);
  if (rows.size() < source.fit.size())
    fit.fail(fmt::format("{} parameters cannot be fitted to {} rows", source.fit.size(), rows.size()));
  FittedCalibration result;
  result.parameters = fit.fit(rows);
  fit.require_told();
  result.name = *source.calibration;
  result.source = source.name;
  result.fitted = source.fit;
  double squares = 0;
  const std::vector<double> residuals = fit.residuals(rows, result.parameters);
  for (const double residual : residuals) {
    squares += residual * residual;
    const double error = std::exp(residual) - 1;
    if (std::abs(error) > std::abs(result.worst)) result.worst = error;
  }
  result.spread = std::sqrt(squares / static_cast<double>(residuals.size()));
  result.standard_errors = fit.standard_errors(squares, residuals.size());
  for (const Group& group : groups)
    result.groups.push_back(describe(group, groups, result.parameters, source.fit.size(), fit));
  return result;
}

// The parameters that a source begins with: those of another calibration, or the defaults; and what is given.
KernelParameters begin_with(const TimingSuite& suite, const TimingSource& source,
                            const std::vector<FittedCalibration>& done) {
  KernelParameters parameters;
  if (source.from) {
    const auto fitted = std::ranges::find(done, *source.from, &FittedCalibration::name);
    const auto there = fitted == done.end() ? calibration_of(suite, *source.from) : std::nullopt;
    if (fitted == done.end() && !there)
      throw InputError(
          source.place, "",
          fmt::format("source '{}': no calibration {} to begin from", source.name, source.from->str()));
    parameters = there ? there->parameters : fitted->parameters;
  }
  for (const auto& [value, number] : source.given) parameters.*value = number;
  return parameters;
}

// The architecture's parameters that a source's conditions are over.
Calibration base_of(const TimingSuite& suite, const TimingSource& source,
                    const std::vector<FittedCalibration>& done) {
  const auto fitted = std::ranges::find(done, *source.from, &FittedCalibration::name);
  return fitted != done.end() ? Calibration{*source.from, fitted->parameters}
                              : *calibration_of(suite, *source.from);
}

}  // namespace

std::vector<FittedCalibration> calibrate(const TimingSuite& suite, const TimedRows& rows, Library& library,
                                         int jobs) {
  TimedRows needed;
  for (const TimedRow& row : rows.rows) {
    const auto calibrates = [&](const auto& group) { return row.row.holds(group.second, row.numbers); };
    if (std::ranges::any_of(row.source->groups, calibrates)) needed.rows.push_back(row);
  }
  const std::vector<PreparedTiming> timings = prepare_timings(suite, needed, library, jobs);
  std::vector<std::string> notes;
  SourceParameters parameters = load_parameters(suite, timings, notes);
  std::vector<FittedCalibration> fits;
  for (const TimingSource& source : suite.sources) {
    if (source.fit.empty()) continue;
    parameters[source.name] = begin_with(suite, source, fits);
    fits.push_back(fit_source(source, timings, parameters, library));
    if (!source.calibration->source.empty()) fits.back().base = base_of(suite, source, fits);
    for (const TimingSource& other : suite.sources) {
      if (other.calibration != source.calibration) continue;
      parameters[other.name] = fits.back().parameters;
      for (const auto& [value, number] : other.given) parameters[other.name].*value = number;
    }
  }
  return fits;
}

Table summary(const std::vector<FittedCalibration>& fits) {
  Table table{{{"calibration", {}, false},
               {"rows", {}, false},
               {"spread", {}, true},
               {"worst", {}, true},
               {"left_out_mean", {}, true}},
              {}};
  for (const ParameterField& field : parameter_fields()) table.columns.push_back({field.name, {}, false});
  for (const FittedCalibration& fit : fits) {
    double rows = 0, left_out = 0, left_out_groups = 0;
    for (const CalibrationGroup& group : fit.groups) {
      rows += static_cast<double>(group.rows.size());
      left_out += group.left_out_mean.value_or(0);
      left_out_groups += group.left_out_mean ? 1 : 0;
    }
    table.rows.push_back({fit.name.str(), rows, fit.spread, fit.worst,
                          left_out_groups > 0 ? Cell(left_out / left_out_groups) : Cell()});
    for (const ParameterField& field : parameter_fields())
      table.rows.back().emplace_back(fit.parameters.*field.value);
  }
  return table;
}

}  // namespace tilewright
