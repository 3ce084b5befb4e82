#include "sim/model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "common/error.hpp"
#include "einsum/shapes.hpp"
#include "sim/kernel/cycle/simulate.hpp"
#include "sim/kernel/estimate.hpp"
#include "sim/kernel/invariants.hpp"
#include "sim/kernel/record.hpp"
#include "sim/nest/cycle/record.hpp"
#include "sim/nest/cycle/simulate_nest.hpp"
#include "sim/nest/estimator.hpp"
#include "sim/nest/record.hpp"

namespace tilewright {

namespace {

std::vector<std::string> warnings_of(const Candidate& candidate, const Result& result, Estimator& estimator) {
  const Arch& arch = candidate.arch;
  std::vector<std::string> warnings = candidate.warnings;
  for (std::string& odd : estimator.warnings()) warnings.push_back(std::move(odd));
  if (arch.static_W > 0)
    warnings.push_back("the static power of '" + arch.name + "' is in models of kernels alone");
  for (const LevelId l : arch.levels.ids())
    if (result.footprints[l].spilled > 0)
      warnings.push_back(fmt::format("{:.2f} % of the data in {} does not fit and spills to {}",
                                     100 * result.footprints[l].spilled, arch.levels[l].name,
                                     arch.levels[arch.levels[l].parent].name));
  return warnings;
}

Estimator estimator_of(const Candidate& candidate, const Mapping& mapping) {
  const auto& [workload, cascade, arch, kind, unused] = candidate;
  ByTensor<double> element_B;
  for (const Tensor& tensor : cascade.tensors) element_B.push_back(workload.element_B(tensor.name));
  return {cascade, arch, mapping, element_B, workload.mask ? &*workload.mask : nullptr};
}

std::vector<double> given_of(const Workload& workload) {
  std::vector<double> given;
  for (const auto& [name, value] : workload.shapes) given.push_back(value);
  return given;
}

// What an architecture says for simulations alone.
void warn_of_unestimated(const Arch& arch, std::vector<std::string>& warnings) {
  for (const Level& level : arch.levels)
    if (level.distribution_B_per_s < unlimited || level.reduction_B_per_s < unlimited)
      warnings.push_back(fmt::format("the networks of {} are not in an estimate; 'simulate' has them", level.name));
  for (const ComputeUnit& unit : arch.units) {
    if (unit.latency_cycles > 0)
      warnings.push_back(fmt::format("the latency of {} is not in an estimate; 'simulate' has it", unit.name));
    if (unit.skew_cycles > 0)
      warnings.push_back(fmt::format("the skew of {} is not in an estimate; 'simulate' has it", unit.name));
  }
}

Record estimate_nest(const Candidate& candidate, const Mapping& mapping) {
  const auto& [workload, cascade, arch, kind, unused] = candidate;
  Estimator estimator = estimator_of(candidate, mapping);
  Result result;
  estimator.evaluate(given_of(workload), result);
  std::vector<std::string> warnings = warnings_of(candidate, result, estimator);
  warn_of_unestimated(arch, warnings);
  return make_record({workload, cascade, arch, mapping.name, mapping.file}, mapping, estimator.mask(), result,
                     warnings);
}

// The bound is of the whole, and so of no part.
Record without_bound(const Record& record) {
  Record part;
  for (const auto& [name, value] : record.fields())
    if (!name.starts_with("bound.")) part.add(name, value);
  return part;
}

Record simulate_nest(const Candidate& candidate, const Mapping& mapping, const SimulationOptions& options) {
  const auto& [workload, cascade, arch, kind, unused] = candidate;
  Estimator estimator = estimator_of(candidate, mapping);
  const NestSimulation simulated = tilewright::simulate_nest(estimator, arch, mapping, given_of(workload), options);
  std::vector<std::string> warnings = warnings_of(candidate, simulated.result, estimator);
  warnings.insert(warnings.end(), simulated.warnings.begin(), simulated.warnings.end());
  Record record = make_record({workload, cascade, arch, mapping.name, mapping.file}, mapping, estimator.mask(),
                              simulated.result, warnings);
  add_simulation(simulated, arch, mapping, record);
  const bool complete =
      std::ranges::all_of(simulated.groups, [](const auto& group) { return group.result.complete; });
  return complete ? record : without_bound(record);
}

void refuse_other_options(const Candidate& candidate, const SimulationOptions& options) {
  if (const auto* nest = std::get_if<Mapping>(&candidate.mapping)) {
    if (!options.of_kernels.empty())
      throw InputError(fmt::format("{}: is for mappings that are kernels; '{}' is a nest of loops",
                                   options.of_kernels, nest->name));
    return;
  }
  const std::string& kernel = std::get<KernelCandidate>(candidate.mapping).kernel.name;
  if (options.schedule && *options.schedule != NestSchedule::given)
    throw InputError(
        fmt::format("schedule '{}': is for nests of loops; '{}' is a kernel", to_text(*options.schedule), kernel));
  if (options.waterfall)
    throw InputError(fmt::format("--waterfall: is for nests of loops; '{}' is a kernel", kernel));
  if (options.until_s < unlimited)
    throw InputError(fmt::format("--until: is for nests of loops; '{}' is a kernel", kernel));
}

CascadeSizes sizes_of(const Workload& workload, const Cascade& cascade) {
  CascadeSizes sizes{rank_shapes(cascade, workload.shapes), {}};
  for (const Tensor& tensor : cascade.tensors) sizes.element_B.push_back(workload.element_B(tensor.name));
  return sizes;
}

Record run_kernel(const Candidate& candidate, const KernelCandidate& chosen, const auto& model) {
  const auto& [workload, cascade, arch, kind, unused] = candidate;
  const Kernel& kernel = chosen.kernel;
  const PreparedKernel prepared =
      kernel.ranks.queries ? prepare(kernel, cascade, arch, attention_of(workload, cascade), chosen.tiling)
                           : prepare(kernel, cascade, arch, sizes_of(workload, cascade));
  std::vector<std::string> warnings = unused;
  warnings.insert(warnings.end(), chosen.warnings.begin(), chosen.warnings.end());
  warn(prepared, cascade, chosen.fit, warnings);
  KernelResult result = model(prepared, chosen.fit.parameters);
  result.warnings.insert(result.warnings.begin(), warnings.begin(), warnings.end());
  Record record = make_record({workload, cascade, arch, kernel.name, kernel.file}, prepared, chosen.fit, result);
#ifndef NDEBUG
  const std::string broken = broken_invariant(arch, result, record);
  if (!broken.empty()) throw std::logic_error(kernel.file + ": " + broken);
#endif
  return record;
}

}  // namespace

Record estimate(const Candidate& candidate) {
  if (const auto* nest = std::get_if<Mapping>(&candidate.mapping)) return estimate_nest(candidate, *nest);
  return run_kernel(candidate, std::get<KernelCandidate>(candidate.mapping),
                    [](const auto& prepared, const auto& parameters) { return estimate(prepared, parameters); });
}

Record simulate(const Candidate& candidate, const SimulationOptions& options) {
  refuse_other_options(candidate, options);
  if (const auto* nest = std::get_if<Mapping>(&candidate.mapping)) return simulate_nest(candidate, *nest, options);
  return run_kernel(
      candidate, std::get<KernelCandidate>(candidate.mapping),
      [&](const auto& prepared, const auto& parameters) { return simulate(prepared, parameters, options); });
}

}  // namespace tilewright
