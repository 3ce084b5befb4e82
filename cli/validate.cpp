#include "validation/validate.hpp"

#include <fmt/format.h>

#include <memory>

#include <spdlog/spdlog.h>

#include "cli/command.hpp"
#include "common/file.hpp"
#include "common/parallel.hpp"

namespace tilewright::cli {

Action add_validate(CLI::App& verb) {
  const auto name = std::make_shared<std::string>();
  const auto reference = std::make_shared<std::string>();
  const auto rows = std::make_shared<bool>(false);
  verb.add_option("suite", *name, "name below configs/suites, or a file")->required();
  verb.add_option("--reference", *reference, "folder of other tables with the same names and columns");
  verb.add_flag("--rows", *rows, "every compared value, not only the largest error of each column");
  verb.footer("Exit status 1 if an error is larger than the suite allows.");
  return [name, reference, rows](const Options& options) {
    const Suite suite = load_suite(find_config("suites", *name));
    if (!options.output.empty()) require_writable(options.output);
    Library library;
    const Validation validation = validate(
        suite, reference->empty() ? suite.reference : std::filesystem::path(*reference), library, options.jobs);
    if (interrupted()) return static_cast<int>(stopped);
    for (const std::string& note : validation.notes) spdlog::warn("{}", note);
    print(*rows ? validation.rows : validation.summary(), options);
    if (!options.output.empty()) {
      const auto file = std::filesystem::path(options.output) / "validation.csv";
      write_file(file, validation.rows.str(Table::Format::csv));
      announce(file, options);
    }
    return static_cast<int>(validation.met() ? done : check_failed);
  };
}

}  // namespace tilewright::cli
