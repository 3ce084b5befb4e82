#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/command.hpp"
#include "common/error.hpp"
#include "common/file.hpp"
#include "sim/kernel/calibration.hpp"

namespace tilewright::cli {

namespace {

struct Listed {
  std::string name;
  std::string about;
};

// What a kernel is good for: to be predicted, on which machines by measurements, and to be measured.
std::string about(const KernelFile& kernel) {
  std::vector<std::string> archs;
  for (const Calibration& each : parse_calibrations(kernel))
    if (each.name.source.empty()) archs.push_back(each.name.arch);
  std::vector<std::string> parts;
  if (kernel.model) parts.emplace_back("model");
  if (!archs.empty()) parts.push_back(fmt::format("calibrated on {}", fmt::join(archs, ", ")));
  if (kernel.runs) parts.emplace_back("runs");
  if (parts.empty()) parts.emplace_back("tiles");
  return fmt::format("{} ({})", kernel.description, fmt::join(parts, "; "));
}

std::vector<Listed> kernels() {
  std::vector<Listed> all;
  for (const std::string& name : list_configs("kernels"))
    all.push_back({name, about(load_kernel_file(find_kernel(name)))});
  return all;
}

std::vector<Listed> calibrations() {
  std::vector<Listed> all;
  for (const std::string& kernel : list_configs("kernels"))
    for (const Calibration& each : parse_calibrations(load_kernel_file(find_kernel(kernel))))
      all.push_back({each.name.str(), ""});
  return all;
}

std::vector<Listed> listed(const std::string& kind) {
  if (kind == "kernels") return kernels();
  if (kind == "calibrations") return calibrations();
  std::vector<Listed> all;
  for (const std::string& name : list_configs(kind)) all.push_back({name, ""});
  return all;
}

}  // namespace

Action add_list(CLI::App& verb) {
  const auto kind = std::make_shared<std::string>();
  verb.add_option("kind", *kind,
                  "cascades, masks, archs, kernels, mappings, calibrations, workloads, studies, suites or reports; "
                  "all without");
  return [kind](const Options& options) {
    const std::vector<std::string> kinds{"cascades",     "masks",     "archs",   "kernels", "mappings",
                                         "calibrations", "workloads", "studies", "suites",  "reports"};
    if (!kind->empty() && std::ranges::find(kinds, *kind) == kinds.end())
      throw InputError("no kind '" + *kind + "'" + did_you_mean(*kind, kinds));
    Table table{{{"kind", {}, false}, {"name", {}, false}, {"about", {}, false}}, {}};
    for (const std::string& each : kinds)
      if (kind->empty() || *kind == each)
        for (const Listed& item : listed(each)) table.rows.push_back({each, item.name, item.about});
    print(table, options);
    return static_cast<int>(done);
  };
}

}  // namespace tilewright::cli
