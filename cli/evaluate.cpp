#include "explore/evaluate.hpp"

#include <fmt/format.h>

#include <memory>

#include "cli/command.hpp"
#include "cli/summary.hpp"
#include "common/file.hpp"

namespace tilewright::cli {

namespace {

struct Arguments {
  Point point;
  std::vector<std::string> set;
  std::vector<std::string> arch_set;
};

void print_record(const Record& record, const Options& options) {
  switch (Table::format(options.format)) {
    case Table::Format::json:
      fmt::print("{}", to_json({record}, {}));
      break;
    case Table::Format::csv:
      fmt::print("{}", to_table({record}).str(Table::Format::csv));
      break;
    case Table::Format::table:
      fmt::print("{}", summary_of(record));
  }
}

}  // namespace

Action add_evaluate(CLI::App& verb) {
  const auto arguments = std::make_shared<Arguments>();
  verb.add_option("workload", arguments->point.workload, "name below configs/workloads, or a file")->required();
  verb.add_option("arch", arguments->point.arch, "name below configs/archs, or a file")->required();
  verb.add_option("mapping", arguments->point.mapping, "name below configs/mappings, or a file")->required();
  verb.add_option("--set", arguments->set, "shapes of the workload, as in --set S=4096");
  verb.add_option("--mask", arguments->point.mask,
                  "a pattern in place of the workload's, as in --mask sliding,left=4095; see 'mask --help'");
  verb.add_option("--arch-set", arguments->arch_set, "parameters of the architecture, as in --arch-set N=128");
  return [arguments](const Options& options) {
    arguments->point.set = parse_settings(arguments->set);
    arguments->point.arch_set = parse_settings(arguments->arch_set);
    if (!options.output.empty()) require_writable(options.output);
    Library library;
    const Record record = evaluate(arguments->point, library);
    print_record(record, options);
    if (!options.output.empty()) {
      const auto file = std::filesystem::path(options.output) / "records.json";
      write_file(file, to_json({record}, {}));
      announce(file, options);
    }
    return static_cast<int>(done);
  };
}

}  // namespace tilewright::cli
