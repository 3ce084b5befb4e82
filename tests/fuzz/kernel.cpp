#include "common/file.hpp"
#include "einsum/workload.hpp"
#include "mappings/kernel/parse.hpp"
#include "measure/kernel_runs.hpp"
#include "sim/kernel/calibration.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {

// Every section, by those that read it.
void read_kernel(const std::string& input) {
  static const Workload attention = load_workload(find_config("workloads", "attention"));
  const Yaml root = yaml_of(input);
  const KernelFile file = parse_kernel_file(root);
  (void)parse_calibrations(file);
  if (file.runs) (void)parse_measured_kernel(file);
  if (!file.model) return;
  const Cascade& cascade = shipped_cascade(kernel_cascade_key(root));
  (void)parse_kernel(root, cascade, shipped_arch("gpu/h100-sxm5"),
                     has_ranks(*attention.ranks, cascade) ? attention.ranks : std::nullopt);
}

}  // namespace tilewright::fuzz
