#include "validation/gpu/calibrate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/parallel.hpp"
#include "sim/kernel/estimate.hpp"
#include "validation/gpu/least_squares.hpp"

namespace tilewright {

namespace {

// A parameter whose increase by its usual size changes predictions by less is not told by the rows.
constexpr double least_change = 1e-3;
// A parameter of whose effect less than this is its own cannot be told from the others.
constexpr double least_own_share = 0.02;

FitVariable variable_of(const std::string& name, const Arch& arch) {
  const double launch_s = arch.launch_s > 0 ? arch.launch_s : 2e-6;
  if (name == "matrix_efficiency") return {0.9, 0.2, 2};
  if (name == "exposed") return {0.6, 0, 1};
  if (name == "tile_cycles") return {2000, 0, 1e6};
  if (name == "launch_s") return {2 * launch_s, 1e-7, 1e-2};
  if (name == "mask_operations") return {5, 0, 200};
  return {0.9 * arch.clock_Hz, 0.3 * arch.clock_Hz, 1.1 * arch.clock_Hz};
}

class FamilyFit {
 public:
  FamilyFit(const TimingFamily& family, const Arch& arch, FamilyParameters parameters)
      : family_(family), parameters_(std::move(parameters)) {
    for (const std::size_t field : family.fit)
      variables_.push_back(variable_of(parameter_fields()[field].name, arch));
  }

  [[nodiscard]] KernelParameters with(const std::vector<double>& values) const {
    KernelParameters parameters = parameters_.at(family_.name);
    for (std::size_t i = 0; i < values.size(); ++i)
      parameters.*parameter_fields()[family_.fit[i]].value = values[i];
    return parameters;
  }

  std::vector<double> residuals(const std::vector<const PreparedTiming*>& rows, const KernelParameters& of) {
    parameters_[family_.name] = of;
    std::vector<double> residuals;
    for (const PreparedTiming* row : rows) {
      stop_if_interrupted();
      const std::vector<ComparedValue> values = compare(*row, parameters_, estimate, true);
      if (!values.empty()) residuals.push_back(std::log(values[0].predicted / values[0].measured));
    }
    return residuals;
  }

  KernelParameters fit(const std::vector<const PreparedTiming*>& rows) {
    const KernelParameters before = parameters_.at(family_.name);
    const auto function = [&](const std::vector<double>& values) { return residuals(rows, with(values)); };
    const std::vector<double> values = fit_least_squares(variables_, function);
    told_ = identifiability(variables_, values, function);
    parameters_[family_.name] = before;
    return with(values);
  }

  // Of the last fit.
  void require_told() const {
    for (std::size_t i = 0; i < told_.size(); ++i) {
      const char* name = parameter_fields()[family_.fit[i]].name;
      if (told_[i].change < least_change) fail(fmt::format("the calibrating rows say nothing of '{}'", name));
      if (told_[i].own_share < least_own_share)
        fail(fmt::format("the calibrating rows cannot tell '{}' from the other parameters", name));
    }
  }

  [[noreturn]] void fail(const std::string& message) const {
    throw InputError(family_.place, "", fmt::format("family '{}': {}", family_.name, message));
  }

 private:
  const TimingFamily& family_;
  FamilyParameters parameters_;
  std::vector<FitVariable> variables_;
  std::vector<Identifiability> told_;
};

using Group = std::pair<std::string, std::vector<const PreparedTiming*>>;

std::vector<Group> groups_of(const TimingFamily& family, const std::vector<PreparedTiming>& timings) {
  std::vector<Group> groups;
  for (const auto& [name, condition] : family.groups)
    groups.emplace_back(name, std::vector<const PreparedTiming*>{});
  for (const PreparedTiming& timing : timings) {
    if (timing.row->family != &family) continue;
    for (std::size_t g = 0; g < groups.size(); ++g)
      if (timing.row->row.holds(family.groups[g].second, timing.row->numbers)) {
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
                          std::size_t parameters, FamilyFit& fit) {
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

FittedCalibration fit_family(const TimingFamily& family, const std::vector<PreparedTiming>& timings,
                             const FamilyParameters& parameters, Library& library) {
  FamilyFit fit(family, arch_of(family, library), parameters);
  const std::vector<Group> groups = groups_of(family, timings);
  for (const Group& group : groups)
    if (group.second.empty()) fit.fail(fmt::format("no row is in group '{}' of 'calibrate'", group.first));
  const auto rows = rows_of(groups);
  if (rows.size() < family.fit.size())
    fit.fail(fmt::format("{} parameters cannot be fitted to {} rows", family.fit.size(), rows.size()));
  FittedCalibration result;
  result.parameters = fit.fit(rows);
  fit.require_told();
  result.name = family.calibration;
  result.family = family.name;
  result.kernel = rows.front()->kernel.kernel.name;
  result.arch = arch_of(family, library).name;
  result.fitted = family.fit;
  double squares = 0;
  const std::vector<double> residuals = fit.residuals(rows, result.parameters);
  for (const double residual : residuals) {
    squares += residual * residual;
    const double error = std::exp(residual) - 1;
    if (std::abs(error) > std::abs(result.worst)) result.worst = error;
  }
  result.spread = std::sqrt(squares / static_cast<double>(residuals.size()));
  for (const Group& group : groups)
    result.groups.push_back(describe(group, groups, result.parameters, family.fit.size(), fit));
  return result;
}

// The parameters that a family begins with: those of another calibration, or the defaults; and what is given.
KernelParameters begin_with(const TimingSuite& suite, const TimingFamily& family,
                            const std::vector<FittedCalibration>& done) {
  KernelParameters parameters;
  if (!family.from.empty()) {
    const auto fitted = std::ranges::find(done, family.from, &FittedCalibration::name);
    parameters = fitted != done.end()
                     ? fitted->parameters
                     : parse_calibration(Yaml::load(calibration_file(suite, family.from))).parameters;
  }
  for (const auto& [value, number] : family.given) parameters.*value = number;
  return parameters;
}

}  // namespace

std::vector<FittedCalibration> calibrate(const TimingSuite& suite, const TimedRows& rows, Library& library,
                                         int jobs) {
  std::vector<std::string> notes;
  FamilyParameters parameters = load_parameters(suite, notes);
  TimedRows needed;
  for (const TimedRow& row : rows.rows) {
    const auto calibrates = [&](const auto& group) { return row.row.holds(group.second, row.numbers); };
    if (std::ranges::any_of(row.family->groups, calibrates)) needed.rows.push_back(row);
  }
  const std::vector<PreparedTiming> timings = prepare_timings(suite, needed, library, jobs);
  std::vector<FittedCalibration> fits;
  for (const TimingFamily& family : suite.families) {
    if (family.fit.empty()) continue;
    parameters[family.name] = begin_with(suite, family, fits);
    fits.push_back(fit_family(family, timings, parameters, library));
    for (const TimingFamily& other : suite.families) {
      if (other.calibration != family.calibration) continue;
      parameters[other.name] = fits.back().parameters;
      for (const auto& [value, number] : other.given) parameters[other.name].*value = number;
    }
  }
  return fits;
}

std::string FittedCalibration::yaml(const std::string& suite) const {
  std::string text = fmt::format("# Written by: tilewright calibrate {}\ncalibration:\n  kernel: {}\n  arch: {}\n",
                                 suite, kernel, arch);
  text += "  parameters:\n";
  const KernelParameters standard;
  for (const ParameterField& field : parameter_fields()) {
    const double value = parameters.*field.value;
    if (value == standard.*field.value) continue;
    const std::string name = field.name;
    const char* unit = name == "clock_Hz" ? " Hz" : name == "launch_s" ? " s" : "";
    text += fmt::format("    {}: {:.5g}{}\n", name, value, unit);
  }
  std::vector<std::string> names;
  for (const std::size_t field : fitted) names.emplace_back(parameter_fields()[field].name);
  text +=
      fmt::format("  rows:\n    family: {}\n    fitted: [{}]\n    spread: {:.4f}\n    worst: {:.4f}\n    groups:\n",
                  family, fmt::join(names, ", "), spread, worst);
  for (const CalibrationGroup& group : groups) {
    text += fmt::format("      {}:\n        mean: {:.4f}\n", group.name, group.mean);
    if (group.left_out_mean) text += fmt::format("        left_out_mean: {:.4f}\n", *group.left_out_mean);
    text += "        rows:\n";
    for (const std::string& row : group.rows) text += fmt::format("          - \"{}\"\n", row);
  }
  return text;
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
    table.rows.push_back(
        {fit.name, rows, fit.spread, fit.worst, left_out_groups > 0 ? Cell(left_out / left_out_groups) : Cell()});
    for (const ParameterField& field : parameter_fields())
      table.rows.back().emplace_back(fit.parameters.*field.value);
  }
  return table;
}

}  // namespace tilewright
