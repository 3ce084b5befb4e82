// Predictions against published rows, with signed errors.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "common/table.hpp"
#include "explore/library.hpp"
#include "sim/record/record.hpp"
#include "validation/suite.hpp"

namespace tilewright {

/// How well one column of one table is met.
struct ColumnError {
  std::string table;
  std::string column;
  std::size_t rows = 0;
  double mean = 0;        ///< of |predicted / published - 1|
  double worst = 0;       ///< the signed error of the largest magnitude
  std::string worst_row;  ///< "model=BERT seq_len=1024"
  double within = 0;

  [[nodiscard]] bool met() const;
};

struct Validation {
  std::vector<ColumnError> columns;
  std::vector<std::string> notes;  ///< tables that are missing, and files that are none of the suite's
  Table rows;                      ///< every compared value: table, row, column, published, predicted, error

  [[nodiscard]] bool met() const;
  [[nodiscard]] Table summary() const;
};

/// Predicts every row of the suite's tables that stand in `reference` (any folder with files of those names and
/// columns; a table may be missing, but not all). Rows need not be points of the study: their keys are what is
/// predicted. Throws InputError for a file that is no such table: an unknown or missing column, a value that is
/// no number, a published value of 0, a table without rows.
Validation validate(const Suite& suite, const std::filesystem::path& reference, Library& library, int jobs);

}  // namespace tilewright
