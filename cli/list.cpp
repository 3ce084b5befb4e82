#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/command.hpp"
#include "common/error.hpp"
#include "common/file.hpp"
#include "common/yaml.hpp"
#include "sim/record/schema.hpp"

namespace tilewright::cli {

namespace {

constexpr const char* fields_kind = "fields";  // the only one that is in no files

// What a file says of itself, in one line; nothing where it cannot be read, which other verbs say.
std::string description_of(const std::string& kind, const std::string& name) {
  try {
    const Yaml body = Yaml::load(find_config(kind, name)).entries().front().second;
    for (const char* key : {"description", "title", "source", "name"})
      if (const auto text = body.find(key)) return text->text();
  } catch (const InputError&) {
  }
  return "";
}

}  // namespace

Action add_list(CLI::App& verb) {
  const auto kind = std::make_shared<std::string>();
  verb.add_option("kind", *kind,
                  "cascades, masks, archs, kernels, mappings, calibrations, workloads, studies, suites or reports; "
                  "all of these without. Or fields: what result records have");
  return [kind](const Options& options) {
    std::vector<std::string> kinds{"cascades",     "masks",     "archs",   "kernels", "mappings",
                                   "calibrations", "workloads", "studies", "suites",  "reports"};
    if (*kind == fields_kind) {
      print(table_of_fields(), options);
      return static_cast<int>(done);
    }
    if (!kind->empty() && std::ranges::find(kinds, *kind) == kinds.end()) {
      kinds.emplace_back(fields_kind);
      throw InputError("no kind '" + *kind + "'" + did_you_mean(*kind, kinds));
    }
    Table table{{{"kind", {}, false}, {"name", {}, false}, {"description", {}, false}}, {}};
    for (const std::string& each : kinds)
      if (kind->empty() || *kind == each)
        for (const std::string& name : list_configs(each))
          table.rows.push_back({each, name, description_of(each, name)});
    print(table, options);
    return static_cast<int>(done);
  };
}

}  // namespace tilewright::cli
