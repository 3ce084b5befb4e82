#include "cli/point_options.hpp"

#include <fmt/format.h>

#include "cli/summary.hpp"
#include "common/file.hpp"

namespace tilewright::cli {

namespace {

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

void add_point_options(Verb& verb, PointOptions& options) {
  verb.add_option("workload", options.point.workload, "name below configs/workloads, or a file")->required();
  verb.add_option("arch", options.point.arch, "name below configs/archs, or a file")->required();
  verb.add_option("mapping", options.point.mapping, "name below configs/mappings or configs/kernels, or a file")
      ->required();
  verb.add_option("--set", options.set, "shapes of the workload, as in --set S=4096");
  verb.add_option("--mask", options.point.mask,
                  "a pattern in place of the workload's, as in --mask sliding,left=4095; see 'mask --help'");
  verb.add_option("--selection", options.point.selection,
                  "how the keys of the mask are chosen, in place of the workload's, for kernels: as in "
                  "keys=64,every=4 (docs/choose-keys.md)");
  verb.add_option(
      "--requests", options.point.requests,
      "a batch of unequal requests in place of the workload's batch, queries and keys, for kernels: "
      "QUERIESxKEYS of each, as in 1x900,64*1x4096, or a CSV file with the columns queries, keys and, if "
      "wanted, times");
  verb.add_option("--arch-set", options.arch_set, "parameters of the architecture, as in --arch-set N=128");
  verb.add_option("--q-tile", options.point.query_tile, "of a kernel: queries per tile, as in 128 or 16x8");
  verb.add_option("--kv-tile", options.point.key_tile, "of a kernel: keys per tile");
  verb.add_option(
      "--calibration", options.point.calibration,
      "of a kernel: fitted parameters, a name of 'list calibrations' or a kernel file; those of the kernel on the "
      "architecture where left out");
  verb.add_option("--call", options.point.call,
                  "of a kernel: what a framework runs around it, a name of 'list calls' or a file");
}

Point point_of(const PointOptions& arguments, const Options& options) {
  Point point = arguments.point;
  point.set = parse_settings(arguments.set);
  point.arch_set = parse_settings(arguments.arch_set);
  if (!options.output.empty()) require_writable(options.output);
  return point;
}

void put_out(const Record& record, const Options& options) {
  print_record(record, options);
  if (options.output.empty()) return;
  const auto file = std::filesystem::path(options.output) / "records.json";
  write_file(file, to_json({record}, {}));
  announce(file, options);
}

}  // namespace tilewright::cli
