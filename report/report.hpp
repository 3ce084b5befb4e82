// A report from stored records: figures, tables and one HTML page that needs no other file. Never recomputes.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "report/gnuplot.hpp"
#include "report/html_figure.hpp"
#include "report/spec.hpp"
#include "sim/record/record.hpp"

namespace tilewright {

struct ReportOptions {
  Formats formats = {"svg"};  ///< files of each figure
  CommandOf command = [](const Record&) { return std::string(); };
  std::vector<std::pair<std::string, std::string>> origin = {};  ///< of the records: names and texts
};

/// Writes index.html, figures/NAME.svg (.png, .pdf) and NAME.csv, and tables/NAME.tex and .csv into the folder, and
/// returns their paths, the page first. Throws InputError where the spec asks for what the records do not have,
/// MissingError without gnuplot; then nothing is written.
std::vector<std::filesystem::path> write_report(const ReportSpec& spec, const std::vector<Record>& records,
                                                const std::filesystem::path& out_dir,
                                                const ReportOptions& options = {});

}  // namespace tilewright
