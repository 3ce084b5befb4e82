#include "report/report.hpp"
#include "report/command.hpp"
#include "report/default_spec.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "common/error.hpp"
#include "common/file.hpp"

namespace tilewright::cli {

namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::string store;
  std::string spec;
  bool png = false;
  bool pdf = false;
};

constexpr std::uintmax_t largest_store_B = 1u << 30;

// What a sweep wrote: the records, of which study they are, and what else the file says of itself.
struct Results {
  std::filesystem::path file;
  std::vector<Record> records;
  std::vector<std::pair<std::string, std::string>> head;

  [[nodiscard]] std::string text(const std::string& name) const {
    for (const auto& [key, value] : head)
      if (key == name) return value;
    return "";
  }
};

// A store is a folder that `sweep` wrote, or its records.json.
Results read_results(const std::string& store) {
  const fs::path path(store);
  Results results{fs::is_directory(path) ? path / "records.json" : path, {}, {}};
  const std::string text = read_file(results.file, largest_store_B);
  results.records = records_from_json(text, results.file.string());
  const auto root = nlohmann::json::parse(text, nullptr, false);
  if (root.is_object())
    for (const auto& [key, value] : root.items())
      if (value.is_string()) results.head.emplace_back(key, value.get<std::string>());
  return results;
}

bool has_report(const std::string& name) {
  const std::vector<std::string> known = list_configs("reports");
  return std::ranges::find(known, name) != known.end();
}

// The report that is asked for, or that of the study's name, or one that its axes make.
ReportSpec spec_of(const std::string& wanted, const Results& results) {
  if (!wanted.empty()) return load_report(find_config("reports", wanted));
  const std::string study = results.text("study");
  if (study.empty())
    throw InputError({results.file.string(), 0, 0}, "",
                     "does not say which study it is of; name a report with --spec");
  if (has_report(study)) return load_report(find_config("reports", study));
  return parse_report(Yaml::parse(default_report(study, results.records), "default report"));
}

std::vector<std::pair<std::string, std::string>> origin_of(const Results& results, const std::string& spec) {
  std::vector<std::pair<std::string, std::string>> origin = {{"Results", results.file.string()}};
  if (const std::string file = results.text("study_file"); !file.empty()) {
    origin.emplace_back("Study", file);
    origin.emplace_back("Command", fmt::format("tilewright sweep {}", shell_quoted(file)));
  }
  const std::string study = results.text("study");
  origin.emplace_back("Report", !spec.empty() ? spec : has_report(study) ? study : "of the study's axes");
  return origin;
}

}  // namespace

Action add_report(Verb& verb) {
  const auto arguments = std::make_shared<Arguments>();
  verb.add_option("store", arguments->store, "folder that sweep wrote, or a records.json")->required();
  verb.add_option("--spec", arguments->spec,
                  "name below configs/reports, or a file; by default the study's name, else its axes");
  verb.add_flag("--png", arguments->png, "write each figure as PNG too");
  verb.add_flag("--pdf", arguments->pdf, "write each figure as PDF too");
  verb.footer("Writes index.html, figures/ and tables/ to -o, or to the folder report/ in the store.");
  return [arguments](const Options& options) {
    const Results results = read_results(arguments->store);
    const ReportSpec spec = spec_of(arguments->spec, results);
    const fs::path folder =
        options.output.empty() ? results.file.parent_path() / "report" : fs::path(options.output);
    Library library;
    Commands commands(library);
    ReportOptions report{
        {"svg"}, [&](const Record& record) { return commands.of(record); }, origin_of(results, arguments->spec)};
    if (arguments->png) report.formats.insert("png");
    if (arguments->pdf) report.formats.insert("pdf");
    for (const fs::path& written : write_report(spec, results.records, folder, report)) announce(written, options);
    return static_cast<int>(done);
  };
}

}  // namespace tilewright::cli
