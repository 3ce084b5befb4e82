// A table as it is shown: the same on a page, as LaTeX and as CSV.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/dataset.hpp"
#include "report/spec.hpp"

namespace tilewright {

struct ShownCell {
  std::string text;
  std::optional<double> number;  ///< what it is of: sorts rows, and is the value of the CSV
};

struct ShownRow {
  std::string label;
  std::string color;  ///< of its sample; none: empty
  std::vector<ShownCell> cells;
};

struct ShownGroup {
  std::string title;
  std::size_t columns = 1;
};

struct ShownTable {
  std::string name;  ///< of its files; none: empty
  std::string title;
  std::string caption;
  std::string of_rows;               ///< what the labels of the rows are
  std::vector<ShownGroup> groups;    ///< above the columns; none: all are one group without a title
  std::vector<std::string> columns;  ///< but for that of the labels
  std::vector<ShownRow> rows;
};

/// A row per design; cells are means, and the caption says of how many points. Throws InputError for names that the
/// records do not have.
ShownTable show(const ReportTable& table, const ReportSpec& report, const Dataset& data);

/// A <figure> with a <table> whose rows a reader can sort; `links` are its files' names.
std::string html_of(const ShownTable& table, const std::vector<std::string>& links = {});
/// A tabular with the rules of the package booktabs, every text escaped.
std::string latex_of(const ShownTable& table);
std::string csv_of(const ShownTable& table);

/// As LaTeX prints it.
std::string escape_latex(const std::string& text);

}  // namespace tilewright
