#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "cli/command.hpp"
#include "common/error.hpp"
#include "common/file.hpp"
#include "common/yaml.hpp"
#include "explore/study/study_keys.hpp"
#include "report/report_keys.hpp"
#include "sim/kernel/calibration.hpp"
#include "sim/record/schema.hpp"

namespace tilewright::cli {

namespace {

// What is in no files, and prints a table of its own.
struct OwnTable {
  const char* kind;
  Table (*make)();
};
constexpr std::array own_tables{OwnTable{"fields", table_of_fields}, OwnTable{"study-keys", table_of_study_keys},
                                OwnTable{"report-keys", table_of_report_keys}};

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
      "all of these without. Or fields: what result records have; study-keys and report-keys: what files of "
      "studies "
      "and of reports have");
  return [kind](const Options& options) {
    std::vector<std::string> kinds{"cascades",     "masks",     "archs",  "drams",  "kernels", "calls",  "mappings",
                                   "calibrations", "workloads", "models", "claims", "studies", "suites", "reports"};
    for (const OwnTable& own : own_tables)
      if (*kind == own.kind) {
        print(own.make(), options);
        return static_cast<int>(done);
      }
    if (!kind->empty() && std::ranges::find(kinds, *kind) == kinds.end()) {
      for (const OwnTable& own : own_tables) kinds.emplace_back(own.kind);
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
