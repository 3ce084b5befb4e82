#include "explore/kernel_times.hpp"

#include "common/file.hpp"
#include "einsum/parse.hpp"
#include "einsum/workload.hpp"
#include "explore/kernel_fit.hpp"
#include "mappings/kernel/kernel_choice.hpp"
#include "mappings/kernel/parse.hpp"
#include "mappings/kernel/selection_passes.hpp"
#include "sim/kernel/estimate.hpp"

namespace tilewright {

namespace {

constexpr const char* shipped_workload = "attention";

AttentionRanks shipped_roles() { return roles_of(load_workload(find_config("workloads", shipped_workload), {})); }

}  // namespace

KernelTimes::KernelTimes(const std::string& name, const Arch& arch, const std::optional<AttentionRanks>& roles,
                         std::vector<std::string>& warnings)
    : arch_(arch) {
  const Yaml file = Yaml::load(find_kernel(name).string());
  cascade_ = load_cascade(find_config("cascades", kernel_cascade(file)));
  kernel_ = parse_kernel(file, cascade_, arch_, roles ? *roles : shipped_roles());
  refuse_padding(kernel_, file);
  Library library;
  fit_ = fit_of({}, file, arch_, library, warnings);
}

PreparedKernel KernelTimes::prepared(const Attention& problem, const Tiling& tiling) const {
  if (!problem.selection) return prepare(kernel_, cascade_, arch_, problem, tiling);
  return prepare(with_selection(kernel_, *problem.selection, cascade_, arch_), cascade_, arch_, problem, tiling);
}

KernelResult KernelTimes::estimated(const PreparedKernel& prepared) const {
  return estimate(prepared, fit_.parameters);
}

}  // namespace tilewright
