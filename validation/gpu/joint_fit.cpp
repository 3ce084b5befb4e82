#include "validation/gpu/joint_fit.hpp"

#include <ceres/ceres.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>

#include "common/parallel.hpp"
#include "sim/kernel/estimate.hpp"
#include "sim/kernel/least_time.hpp"
#include "validation/gpu/fit_variable.hpp"

namespace tilewright {

namespace {

constexpr std::size_t least_rows = 5;
constexpr int coarse_iterations = 12;  // while some are still refused
constexpr int fine_iterations = 50;
// A row decides a parameter that changes its prediction by at least so much of the parameter's own change.
constexpr double decides = 0.01;
// Where efficiencies start: at a higher one the products of slow kernels would not decide their time.
constexpr double slow_products = 0.4;
// Of standard errors, for an interval that holds 90 %.
constexpr double interval_errors = 1.645;

// The size of a variable: what is fitted is of the order of 1.
double scale_of(const FitVariable& variable) { return std::abs(variable.start); }

bool is_at_limit(const FitVariable& variable, double value) {
  const double near = 1e-3 * scale_of(variable);
  return value <= variable.least + near || value >= variable.most - near;
}

double limit_of(const FitVariable& variable, double value) {
  return value - variable.least < variable.most - value ? variable.least : variable.most;
}

// A number that is fitted, and what it belongs to.
struct Unknown {
  ParameterOwner owner;
  std::string name;
  std::size_t field;  // of parameter_fields()
  FitVariable variable;
  double value;  // over scale_of(variable)
  std::size_t rows = 0;

  [[nodiscard]] const ParameterField& parameter() const { return parameter_fields()[field]; }
};

const std::string& owner_of(const PreparedTiming& timing, ParameterOwner owner) {
  switch (owner) {
    case ParameterOwner::kernel:
      return timing.kernel.kernel.name;
    case ParameterOwner::arch:
      return timing.kernel.arch.name;
    case ParameterOwner::call:
      break;
  }
  return timing.kernel.kernel.call;
}

// Parameters of parts of a time that need not be there.
bool has_none(const ParameterField& field) {
  return field.value == &KernelParameters::exposed || field.value == &KernelParameters::tile_cycles ||
         field.value == &KernelParameters::mask_operations || field.value == &KernelParameters::pass_step_cycles;
}

bool is_given(const TimingSource& source, const ParameterField& field) {
  return std::ranges::any_of(source.given, [&](const auto& each) { return each.first == field.value; });
}

// A row with the unknowns that its prediction depends on.
struct Row {
  const PreparedTiming* timing;
  double measured_s;
  KernelParameters fixed;         // but for the unknowns
  std::vector<std::size_t> all;   // unknowns
  std::vector<std::size_t> free;  // of these: not refused

  [[nodiscard]] KernelParameters parameters(const std::vector<Unknown>& unknowns,
                                            const double* const* values) const {
    KernelParameters parameters = fixed;
    for (std::size_t i = 0; i < free.size(); ++i) {
      const Unknown& unknown = unknowns[free[i]];
      parameters.*unknown.parameter().value = values[i][0] * scale_of(unknown.variable);
    }
    return parameters;
  }
};

// A residual. Its derivatives are forward differences of the time without imbalance, which costs a tenth of the
// estimate; what a kernel takes longer than that is taken to grow alike.
class RowCost : public ceres::CostFunction {
 public:
  RowCost(const Row& row, const std::vector<Unknown>& all) : row_(row), all_(all) {
    set_num_residuals(1);
    for (std::size_t i = 0; i < row.free.size(); ++i) mutable_parameter_block_sizes()->push_back(1);
  }

  bool Evaluate(const double* const* values, double* residuals, double** jacobians) const override {
    const KernelParameters parameters = row_.parameters(all_, values);
    const PreparedKernel& kernel = row_.timing->kernel;
    const KernelResult result = estimate(kernel, parameters);
    residuals[0] = std::log(result.time_s / row_.measured_s);
    if (jacobians == nullptr) return true;
    const double least_s = least_time_s(kernel, parameters);
    const double around_s = result.shares.launch_s + result.shares.passes_s;
    const double longer = least_s > around_s ? (result.time_s - around_s) / (least_s - around_s) : 1;
    for (std::size_t i = 0; i < row_.free.size(); ++i) {
      if (jacobians[i] == nullptr) continue;
      const Unknown& unknown = all_[row_.free[i]];
      const double step = 1e-4 * std::max(0.1, std::abs(values[i][0]));
      KernelParameters moved = parameters;
      moved.*unknown.parameter().value += step * scale_of(unknown.variable);
      const double more_s = least_time_s(kernel, moved) - least_s;
      jacobians[i][0] = more_s / step * (unknown.owner == ParameterOwner::call ? 1 : longer) / result.time_s;
    }
    return true;
  }

 private:
  const Row& row_;
  const std::vector<Unknown>& all_;
};

class JointFit {
 public:
  JointFit(const TimingSuite& suite, const std::vector<const PreparedTiming*>& timings) : suite_(suite) {
    for (const PreparedTiming* timing : timings) add(*timing);
  }

  JointCalibration fit() {
    const std::string name = std::filesystem::path(suite_.joint->calibration).stem().string();
    JointCalibration result{name, suite_.name, {}, {}, conditions()};
    settle();
    release();  // what stopped at a limit on the way, or decided nothing there, need not do so at the end
    settle();
    while (refuse_unclear()) settle();
    solve(fine_iterations);
    count_rows();
    const std::vector<double> errors = standard_errors();
    for (const auto& [u, number] : refused_)
      result.refused[unknowns_[u].owner][unknowns_[u].name][unknowns_[u].parameter().name] = number;
    std::size_t next = 0;
    for (const Unknown& unknown : unknowns_) {
      const std::size_t u = next++;
      if (!is_free(u)) continue;
      const double scale = scale_of(unknown.variable);
      const double half = interval_errors * errors[u];
      result.fitted[unknown.owner][unknown.name][unknown.parameter().name] = {
          unknown.value * scale, std::max(unknown.variable.least, (unknown.value - half) * scale),
          std::min(unknown.variable.most, (unknown.value + half) * scale), unknown.rows};
    }
    return result;
  }

 private:
  void add(const PreparedTiming& timing) {
    const auto measured = measured_first_value(timing);
    if (!measured) return;
    Row row{&timing, *measured, {}, {}, {}};
    for (const auto& [value, number] : timing.row->source->given) row.fixed.*value = number;
    for (const std::size_t field : suite_.joint->parameters) {
      const ParameterField& parameter = parameter_fields()[field];
      const std::string& name = owner_of(timing, parameter.owner);
      const bool fits = parameter.owner != ParameterOwner::kernel || timing.kernel.fused;
      if (name.empty() || !fits || is_given(*timing.row->source, parameter)) continue;
      row.all.push_back(unknown(parameter, field, name, timing.kernel.arch));
    }
    rows_.push_back(std::move(row));
  }

  // What sources say of the devices that their rows ran on.
  [[nodiscard]] OwnedNumbers<double> conditions() const {
    OwnedNumbers<double> all;
    for (const Row& row : rows_)
      for (const ParameterField& field : parameter_fields())
        if (field.owner == ParameterOwner::arch && is_given(*row.timing->row->source, field))
          all[ParameterOwner::arch][row.timing->kernel.arch.name].emplace(field.name, row.fixed.*field.value);
    return all;
  }

  std::size_t unknown(const ParameterField& parameter, std::size_t field, const std::string& name,
                      const Arch& arch) {
    for (std::size_t u = 0; u < unknowns_.size(); ++u)
      if (unknowns_[u].owner == parameter.owner && unknowns_[u].field == field && unknowns_[u].name == name)
        return u;
    FitVariable variable = variable_of(parameter.name, arch);
    if (parameter.value == &KernelParameters::matrix_efficiency) variable.start = slow_products;
    unknowns_.push_back({parameter.owner, name, field, variable, variable.start / scale_of(variable)});
    return unknowns_.size() - 1;
  }

  // Until nothing more is refused.
  void settle() {
    do {
      solve(coarse_iterations);
      count_rows();
    } while (refuse());
  }

  // Those that were refused start once more, beside what the others have become.
  void release() {
    for (std::size_t u = 0; u < unknowns_.size(); ++u)
      if (!is_free(u) || unknowns_[u].owner == ParameterOwner::arch)
        unknowns_[u].value = unknowns_[u].variable.start / scale_of(unknowns_[u].variable);
    refused_.clear();
  }

  [[nodiscard]] bool is_free(std::size_t u) const { return !refused_.contains(u); }

  void build(ceres::Problem& problem, ceres::LossFunction* loss) {
    for (Row& row : rows_) {
      for (const std::size_t u : row.all)
        if (!is_free(u)) row.fixed.*unknowns_[u].parameter().value = refused_.at(u).value;
      row.free = row.all;
      std::erase_if(row.free, [&](std::size_t u) { return !is_free(u); });
      std::vector<double*> blocks;
      for (const std::size_t u : row.free) blocks.push_back(&unknowns_[u].value);
      if (blocks.empty()) continue;
      problem.AddResidualBlock(new RowCost(row, unknowns_), loss, blocks);
    }
    for (Unknown& unknown : unknowns_) {
      if (!problem.HasParameterBlock(&unknown.value)) continue;
      problem.SetParameterLowerBound(&unknown.value, 0, unknown.variable.least / scale_of(unknown.variable));
      problem.SetParameterUpperBound(&unknown.value, 0, unknown.variable.most / scale_of(unknown.variable));
    }
  }

  void solve(int iterations) {
    ceres::Problem problem;
    build(problem, new ceres::SoftLOneLoss(suite_.joint->loss));
    ceres::Solver::Options options;
    options.linear_solver_type = ceres::DENSE_QR;
    options.max_num_iterations = iterations;
    options.function_tolerance = 1e-7;
    options.num_threads = 2;
    options.logging_type = ceres::SILENT;
    ceres::Solver::Summary summary;
    ceres::Solve(options, &problem, &summary);
    stop_if_interrupted();
    if (!summary.IsSolutionUsable())
      throw InputError(fmt::format("the joint fit of suite '{}' failed: {}", suite_.name, summary.message));
  }

  // Derivatives of residuals by unknowns; 0 where a row does not depend on one.
  [[nodiscard]] std::vector<std::vector<double>> jacobian() const {
    std::vector<std::vector<double>> result;
    for (const Row& row : rows_) {
      std::vector<const double*> values;
      for (const std::size_t u : row.free) values.push_back(&unknowns_[u].value);
      std::vector<double> slopes(row.free.size());
      std::vector<double*> into;
      for (double& slope : slopes) into.push_back(&slope);
      double residual = 0;
      RowCost(row, unknowns_).Evaluate(values.data(), &residual, into.data());
      result.push_back(std::move(slopes));
    }
    return result;
  }

  void count_rows() {
    slopes_ = jacobian();
    for (Unknown& unknown : unknowns_) unknown.rows = 0;
    for (std::size_t r = 0; r < rows_.size(); ++r)
      for (std::size_t i = 0; i < rows_[r].free.size(); ++i) {
        Unknown& unknown = unknowns_[rows_[r].free[i]];
        if (std::abs(slopes_[r][i]) * std::max(0.1, unknown.value) >= decides) ++unknown.rows;
      }
  }

  // Those that stop at a limit, or that too few rows decide; true where there is a new one.
  bool refuse() {
    bool any = false;
    for (std::size_t u = 0; u < unknowns_.size(); ++u) {
      Unknown& unknown = unknowns_[u];
      if (!is_free(u)) continue;
      const double value = unknown.value * scale_of(unknown.variable);
      RefusedNumber number;
      if (unknown.rows < least_rows)
        number = {KernelParameters{}.*unknown.parameter().value, fmt::format("decided by {} rows", unknown.rows)};
      else if (is_at_limit(unknown.variable, value))
        number = {limit_of(unknown.variable, value), "stops at its limit"};
      else
        continue;
      refused_[u] = number;
      any = true;
    }
    return any;
  }

  // Those that rows do not tell from having no effect.
  bool refuse_unclear() {
    const std::vector<double> errors = standard_errors();
    bool any = false;
    for (std::size_t u = 0; u < unknowns_.size(); ++u) {
      const double none = KernelParameters{}.*unknowns_[u].parameter().value;
      const double effect = std::abs(unknowns_[u].value - none / scale_of(unknowns_[u].variable));
      if (!is_free(u) || !has_none(unknowns_[u].parameter()) || effect > interval_errors * errors[u]) continue;
      refused_[u] = {none, fmt::format("{} rows do not tell it from {:g}", unknowns_[u].rows, none)};
      any = true;
    }
    return any;
  }

  // Of residuals that are linear in the unknowns near the end, with the spread that they have.
  [[nodiscard]] std::vector<double> standard_errors() {
    std::vector<double> errors(unknowns_.size(), 0);
    ceres::Problem problem;
    build(problem, nullptr);
    std::vector<const double*> blocks;
    std::vector<std::pair<const double*, const double*>> pairs;
    for (const Unknown& unknown : unknowns_)
      if (problem.HasParameterBlock(&unknown.value)) pairs.emplace_back(&unknown.value, &unknown.value);
    ceres::Covariance::Options options;
    options.algorithm_type = ceres::DENSE_SVD;
    options.null_space_rank = -1;
    ceres::Covariance covariance(options);
    if (!covariance.Compute(pairs, &problem)) return errors;
    const double spread = spread_of(problem, pairs.size());
    for (std::size_t u = 0; u < unknowns_.size(); ++u) {
      double variance = 0;
      if (!problem.HasParameterBlock(&unknowns_[u].value)) continue;
      covariance.GetCovarianceBlock(&unknowns_[u].value, &unknowns_[u].value, &variance);
      errors[u] = spread * std::sqrt(variance);
    }
    return errors;
  }

  [[nodiscard]] double spread_of(ceres::Problem& problem, std::size_t unknowns) const {
    std::vector<double> residuals;
    problem.Evaluate({}, nullptr, &residuals, nullptr, nullptr);
    double squares = 0;
    for (const double residual : residuals) squares += residual * residual;
    const double free = std::max(1.0, static_cast<double>(residuals.size()) - static_cast<double>(unknowns));
    return std::sqrt(squares / free);
  }

  const TimingSuite& suite_;
  std::vector<Unknown> unknowns_;
  std::vector<Row> rows_;
  std::map<std::size_t, RefusedNumber> refused_;
  std::vector<std::vector<double>> slopes_;
};

}  // namespace

JointCalibration fit_jointly(const TimingSuite& suite, const std::vector<const PreparedTiming*>& rows) {
  if (rows.empty()) throw InputError({suite.file, 0, 0}, "", "no row is there to fit parameters to");
  return JointFit(suite, rows).fit();
}

Table summary(const JointCalibration& calibration) {
  Table table;
  for (const char* column : {"of", "name", "parameter", "value", "low", "high", "rows"})
    table.columns.push_back({column, {}, false});
  for (const auto& [owner, names] : calibration.fitted)
    for (const auto& [name, numbers] : names)
      for (const auto& [parameter, number] : numbers)
        table.rows.push_back({owner_keys().at(owner), name, parameter, number.value, number.low, number.high,
                              static_cast<double>(number.rows)});
  if (calibration.power)
    for (const auto& [parameter, number] : calibration.power->fitted)
      table.rows.push_back({"power", fmt::format("{}", fmt::join(calibration.power->archs, ", ")), parameter,
                            number.value, number.low, number.high, static_cast<double>(number.rows)});
  return table;
}

}  // namespace tilewright
