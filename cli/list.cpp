#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/command.hpp"
#include "common/error.hpp"
#include "common/file.hpp"

namespace tilewright::cli {

Action add_list(Verb& verb) {
  const auto kind = std::make_shared<std::string>();
  verb.add_option("kind", *kind,
                  "cascades, masks, archs, kernels, mappings, calibrations, workloads, studies, suites or reports; "
                  "all without");
  return [kind](const Options& options) {
    const std::vector<std::string> kinds{"cascades",     "masks",     "archs",   "kernels", "mappings",
                                         "calibrations", "workloads", "studies", "suites",  "reports"};
    if (!kind->empty() && std::ranges::find(kinds, *kind) == kinds.end())
      throw InputError("no kind '" + *kind + "'" + did_you_mean(*kind, kinds));
    Table table{{{"kind", {}, false}, {"name", {}, false}}, {}};
    for (const std::string& each : kinds)
      if (kind->empty() || *kind == each)
        for (const std::string& name : list_configs(each)) table.rows.push_back({each, name});
    print(table, options);
    return static_cast<int>(done);
  };
}

}  // namespace tilewright::cli
