#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/command.hpp"
#include "common/error.hpp"
#include "common/file.hpp"
#include "common/yaml.hpp"
#include "explore/study/study_keys.hpp"
#include "sim/kernel/calibration.hpp"
#include "sim/record/schema.hpp"

namespace tilewright::cli {

namespace {

constexpr const char* fields_kind = "fields";  // the only one that is in no files
constexpr const char* study_keys_kind = "study-keys";

// What a kernel is good for: to be predicted, on which machines by measurements, and to be measured.
std::string description_of(const KernelFile& kernel) {
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

// What a file says of itself, in one line; nothing where it cannot be read, which other verbs say.
std::string description_of(const std::string& kind, const std::string& name) {
  try {
    if (kind == "kernels") return description_of(load_kernel_file(find_kernel(name)));
    const Yaml file = Yaml::load(find_config(kind, name));
    const Yaml body = kind == "claims" ? file : file.entries().front().second;
    for (const char* key : {"description", "title", "source", "name"})
      if (const auto text = body.find(key)) return text->text();
  } catch (const InputError&) {
  }
  return "";
}

// Of all kernels; nothing of those that cannot be read.
std::vector<std::string> calibrations() {
  std::vector<std::string> names;
  for (const std::string& kernel : list_configs("kernels")) try {
      for (const Calibration& each : parse_calibrations(load_kernel_file(find_kernel(kernel))))
        names.push_back(each.name.str());
    } catch (const InputError&) {
    }
  return names;
}

void append(const std::string& kind, Table& table) {
  if (kind == "calibrations") {
    for (const std::string& name : calibrations()) table.rows.push_back({kind, name, std::string()});
    return;
  }
  for (const std::string& name : list_configs(kind)) table.rows.push_back({kind, name, description_of(kind, name)});
}

}  // namespace

Action add_list(Verb& verb) {
  const auto kind = std::make_shared<std::string>();
  verb.add_option(
      "kind", *kind,
      "cascades, masks, archs, drams, kernels, calls, mappings, calibrations, workloads, models, claims, studies, "
      "suites or reports; "
      "all of these without. Or fields: what result records have; or study-keys: what study files have");
  return [kind](const Options& options) {
    std::vector<std::string> kinds{"cascades",     "masks",     "archs",  "drams",  "kernels", "calls",  "mappings",
                                   "calibrations", "workloads", "models", "claims", "studies", "suites", "reports"};
    if (*kind == fields_kind) {
      print(table_of_fields(), options);
      return static_cast<int>(done);
    }
    if (*kind == study_keys_kind) {
      print(table_of_study_keys(), options);
      return static_cast<int>(done);
    }
    if (!kind->empty() && std::ranges::find(kinds, *kind) == kinds.end()) {
      kinds.insert(kinds.end(), {fields_kind, study_keys_kind});
      throw InputError("no kind '" + *kind + "'" + did_you_mean(*kind, kinds));
    }
    Table table{{{"kind", {}, false}, {"name", {}, false}, {"description", {}, false}}, {}};
    for (const std::string& each : kinds)
      if (kind->empty() || *kind == each) append(each, table);
    print(table, options);
    return static_cast<int>(done);
  };
}

}  // namespace tilewright::cli
