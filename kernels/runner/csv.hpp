// The CSV of plans and results: RFC 4180 with LF line ends. This program depends on nothing but the CUDA Toolkit,
// so it reads its own.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace tilewright::kernels::runner {

/// A plan or results file that cannot be taken; the text names the file, the line and the column.
struct InputError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct CsvRow {
  int line = 1;  ///< where the row starts, counted from 1
  std::vector<std::string> cells;
};

/// The rows of the text, which all have as many cells as the first. `file` is for messages.
/// Throws InputError for ragged rows and for quotes that are not closed or stand inside a plain cell.
std::vector<CsvRow> read_csv(const std::string& text, const std::string& file);

/// The cells as one line with its line end, quoted where they must be.
std::string csv_line(const std::vector<std::string>& cells);

}  // namespace tilewright::kernels::runner
