// A report from stored records: figures and one HTML page that needs no other file. Never recomputes.
#pragma once

#include <filesystem>
#include <vector>

#include "report/spec.hpp"
#include "sim/record/record.hpp"

namespace tilewright {

struct ReportOptions {
  bool png = false;  ///< each figure as a PNG too
};

/// Writes index.html and figures/NAME.svg (.png) into the folder, and returns their paths, the page first. Throws
/// InputError where the spec asks for what the records do not have, MissingError without gnuplot; then nothing is
/// written.
std::vector<std::filesystem::path> write_report(const ReportSpec& spec, const std::vector<Record>& records,
                                                const std::filesystem::path& out_dir,
                                                const ReportOptions& options = {});

}  // namespace tilewright
