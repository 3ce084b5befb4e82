#include "report/command.hpp"
#include "report/report.hpp"

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

// A store is a folder that `sweep` wrote, or its records.json.
fs::path records_file(const std::string& store) {
  const fs::path path(store);
  return fs::is_directory(path) ? path / "records.json" : path;
}

// The report of a study has the study's name, unless another is asked for.
std::string study_of(const std::string& text, const std::string& file) {
  const auto root = nlohmann::json::parse(text, nullptr, false);
  if (!root.is_object() || !root.contains("study") || !root["study"].is_string())
    throw InputError({file, 0, 0}, "", "does not say which study it is of; name a report with --spec");
  return root["study"].get<std::string>();
}

}  // namespace

Action add_report(Verb& verb) {
  const auto arguments = std::make_shared<Arguments>();
  verb.add_option("store", arguments->store, "folder that sweep wrote, or a records.json")->required();
  verb.add_option("--spec", arguments->spec, "name below configs/reports, or a file; by default the study's name");
  verb.add_flag("--png", arguments->png, "write each figure as PNG too");
  verb.add_flag("--pdf", arguments->pdf, "write each figure as PDF too");
  verb.footer("Writes index.html, figures/ and tables/ to -o, or to the folder report/ in the store.");
  return [arguments](const Options& options) {
    const fs::path file = records_file(arguments->store);
    const std::string text = read_file(file, largest_store_B);
    const std::vector<Record> records = records_from_json(text, file.string());
    const std::string name = arguments->spec.empty() ? study_of(text, file.string()) : arguments->spec;
    const ReportSpec spec = load_report(find_config("reports", name));
    const fs::path folder = options.output.empty() ? file.parent_path() / "report" : fs::path(options.output);
    Library library;
    Commands commands(library);
    ReportOptions report{{"svg"}, [&](const Record& record) { return commands.of(record); }};
    if (arguments->png) report.formats.insert("png");
    if (arguments->pdf) report.formats.insert("pdf");
    for (const fs::path& written : write_report(spec, records, folder, report)) announce(written, options);
    return static_cast<int>(done);
  };
}

}  // namespace tilewright::cli
