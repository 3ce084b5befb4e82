#include "sim/model.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "common/error.hpp"
#include "sim/kernel/estimate.hpp"
#include "sim/kernel/invariants.hpp"
#include "sim/kernel/record.hpp"
#include "sim/nest/estimator.hpp"
#include "sim/nest/record.hpp"

namespace tilewright {

namespace {

std::vector<std::string> warnings_of(const Candidate& candidate, const Result& result, Estimator& estimator) {
  const Arch& arch = candidate.arch;
  std::vector<std::string> warnings = candidate.warnings;
  for (std::string& odd : estimator.warnings()) warnings.push_back(std::move(odd));
  for (const LevelId l : arch.levels.ids())
    if (result.footprints[l].spilled > 0)
      warnings.push_back(fmt::format("{:.2f} % of the data in {} does not fit and spills to {}",
                                     100 * result.footprints[l].spilled, arch.levels[l].name,
                                     arch.levels[arch.levels[l].parent].name));
  return warnings;
}

Record estimate_nest(const Candidate& candidate, const Mapping& mapping) {
  const auto& [workload, cascade, arch, kind, unused] = candidate;
  std::vector<double> element_B;
  for (const Tensor& tensor : cascade.tensors) element_B.push_back(workload.element_B(tensor.name));
  std::vector<double> given;
  for (const auto& [name, value] : workload.shapes) given.push_back(value);
  Estimator estimator(cascade, arch, mapping, element_B, workload.mask ? &*workload.mask : nullptr);
  Result result;
  estimator.evaluate(given, result);
  return make_record({workload, cascade, arch, mapping.name, mapping.file}, mapping, estimator.mask(), result,
                     warnings_of(candidate, result, estimator));
}

Record run_kernel(const Candidate& candidate, const KernelCandidate& chosen, const auto& model) {
  const auto& [workload, cascade, arch, kind, unused] = candidate;
  const Kernel& kernel = chosen.kernel;
  const PreparedKernel prepared = prepare(kernel, cascade, arch, attention_of(workload, cascade), chosen.tiling);
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
  if (const auto* nest = std::get_if<Mapping>(&candidate.mapping))
    throw InputError({nest->file, 0, 0}, "", "a nest of loops; only kernels can be simulated, so far");
  return run_kernel(
      candidate, std::get<KernelCandidate>(candidate.mapping),
      [&](const auto& prepared, const auto& parameters) { return simulate(prepared, parameters, options); });
}

}  // namespace tilewright
