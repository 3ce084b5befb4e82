#include "report/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/command.hpp"
#include "common/error.hpp"
#include "common/file.hpp"
#include "explore/store/store.hpp"
#include "report/command.hpp"
#include "report/default_spec.hpp"

namespace tilewright::cli {

namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::string store;
  std::string study;
  std::string spec;
  bool png = false;
  bool pdf = false;
};

// What a sweep kept: the records of a study, and what the store says of it.
struct Results {
  fs::path file;
  StoredStudy study;
  std::vector<Record> records;

  [[nodiscard]] std::string text(const std::string& name) const {
    for (const auto& [key, value] : study.provenance)
      if (key == name) return value;
    return "";
  }
};

Results read_results(const Arguments& arguments) {
  const fs::path file = store_file(arguments.store);
  const Store store = Store::open(file);
  Results results{file, store.study(arguments.study), {}};
  store.for_each(results.study.name, [&](Record record) { results.records.push_back(std::move(record)); });
  if (results.records.empty())
    throw InputError({file.string(), 0, 0}, "",
                     "study '" + results.study.name + "' has no results yet; 'sweep' makes them");
  return results;
}

bool has_report(const std::string& name) {
  const std::vector<std::string> known = list_configs("reports");
  return std::ranges::find(known, name) != known.end();
}

// The report that is asked for, or that of the study's name, or one that its axes make.
ReportSpec spec_of(const std::string& wanted, const Results& results) {
  if (!wanted.empty()) return load_report(find_config("reports", wanted));
  const std::string& study = results.study.name;
  if (has_report(study)) return load_report(find_config("reports", study));
  return parse_report(Yaml::parse(default_report(study, results.records), "default report"));
}

std::vector<std::pair<std::string, std::string>> origin_of(const Results& results, const std::string& spec) {
  std::vector<std::pair<std::string, std::string>> origin = {{"Results", results.file.string()}};
  if (const std::string file = results.text("study_file"); !file.empty()) {
    origin.emplace_back("Study", file);
    origin.emplace_back("Command", fmt::format("tilewright sweep {}", shell_quoted(file)));
  }
  for (const auto& [key, shown] : {std::pair("sample", "Sample"), std::pair("model_version", "Models")})
    if (const std::string text = results.text(key); !text.empty()) origin.emplace_back(shown, text);
  const std::string& study = results.study.name;
  origin.emplace_back("Report", !spec.empty() ? spec : has_report(study) ? study : "of the study's axes");
  return origin;
}

}  // namespace

Action add_report(Verb& verb) {
  const auto arguments = std::make_shared<Arguments>();
  verb.add_option("store", arguments->store, "folder that sweep wrote, or the store in it")->required();
  verb.add_option("--study", arguments->study, "of a store with several studies");
  verb.add_option("--spec", arguments->spec,
                  "name below configs/reports, or a file; by default the study's name, else its axes");
  verb.add_flag("--png", arguments->png, "write each figure as PNG too");
  verb.add_flag("--pdf", arguments->pdf, "write each figure as PDF too");
  verb.footer("Writes index.html, figures/ and tables/ to -o, or to the folder report/ in the store.");
  return [arguments](const Options& options) {
    const Results results = read_results(*arguments);
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
