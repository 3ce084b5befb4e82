#include "explore/study/sweep.hpp"
#include "cli/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/command.hpp"
#include "cli/summary.hpp"
#include "common/file.hpp"
#include "common/parallel.hpp"
#include "common/version.hpp"

namespace tilewright::cli {

namespace {

std::filesystem::path results_folder(const Study& study, const Options& options) {
  return options.output.empty() ? std::filesystem::path("results") / study.name
                                : std::filesystem::path(options.output);
}

void write_results(const Study& study, const std::vector<Record>& records, const Options& options) {
  const std::filesystem::path folder = results_folder(study, options);
  write_file(
      folder / "records.json",
      to_json(records,
              {{"study", study.name}, {"study_file", study.file}, {"version", version()}, {"commit", commit()}}));
  announce(folder / "records.json", options);
  write_file(folder / "records.csv", to_table(records).str(Table::Format::csv));
  announce(folder / "records.csv", options);
}

void print_results(const std::vector<Record>& records, const Options& options) {
  switch (Table::format(options.format)) {
    case Table::Format::json:
      fmt::print("{}", to_json(records, {}));
      break;
    case Table::Format::csv:
      fmt::print("{}", to_table(records).str(Table::Format::csv));
      break;
    case Table::Format::table:
      print(summary_of_series(records), options,
            "Means over the points of each series: time and energy geometric, use of units arithmetic");
  }
}

void note_infeasible(const std::vector<Record>& records) {
  const auto has_reason = [](const Record& record) { return record.find("infeasible") != nullptr; };
  const auto count = std::ranges::count_if(records, has_reason);
  if (count == 0) return;
  log_warning(fmt::format("{} of {} points do not fit, as '{}'; the records say why under 'infeasible'", count,
                          records.size(), std::ranges::find_if(records, has_reason)->text("infeasible")));
}

}  // namespace

Action add_sweep(Verb& verb) {
  const auto name = std::make_shared<std::string>();
  verb.add_option("study", *name, "name below configs/studies, or a file")->required();
  verb.footer("Writes records.json and records.csv, and mappings that are found, to -o, or to results/<study>.");
  return [name](const Options& options) {
    const Study study = load_study(find_config("studies", *name));
    require_writable(results_folder(study, options));
    Library library;
    const std::vector<Record> records =
        sweep(study, library, {options.jobs, !options.quiet, results_folder(study, options) / "mappings"});
    log_detail(fmt::format("{} points", records.size()));
    write_results(study, records, options);
    print_results(records, options);
    note_infeasible(records);
    if (!interrupted()) return static_cast<int>(done);
    fmt::print(stderr, "interrupted: {} points are done\n", records.size());
    return static_cast<int>(stopped);
  };
}

}  // namespace tilewright::cli
