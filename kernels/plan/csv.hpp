// The CSV of plans and results: RFC 4180 with LF line ends.
#pragma once

#include <string>
#include <vector>

#include "kernels/plan/error.hpp"

namespace tilewright::plan {

struct CsvRow {
  int line = 1;  ///< where the row starts, counted from 1
  std::vector<std::string> cells;
};

/// The rows of the text, which all have as many cells as the first. `file` is for messages.
/// Throws Error for ragged rows and for quotes that are not closed or stand inside a plain cell.
std::vector<CsvRow> read_csv(const std::string& text, const std::string& file);

/// The cells as one line with its line end, quoted where they must be.
std::string csv_line(const std::vector<std::string>& cells);

}  // namespace tilewright::plan
