// A table of results, printed for people (aligned text), programs (JSON) or spreadsheets (CSV).
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "common/units.hpp"

namespace tilewright {

/// An absent value (monostate) is an empty cell in CSV and text, and null in JSON; never 0.
using Cell = std::variant<std::monostate, std::string, double>;

struct Column {
  std::string name;                         ///< with the SI unit in it, as in `time_s`
  Dimension dimension = dimension::number;  ///< for pretty units on a terminal
  bool percent = false;                     ///< a fraction shown as a percentage on a terminal
  int decimals = 1;                         ///< of the percentage
};

struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;  ///< each as long as columns

  enum class Format { table, json, csv };
  /// "table", "json" or "csv"; throws InputError otherwise.
  static Format format(const std::string& name);

  /// JSON: an array of objects; numbers that are not finite are null, as JSON has none.
  /// CSV: RFC 4180 with LF line ends, header first, every number with the digits that read back the same double.
  /// Text: aligned columns, numbers to the right, pretty units. Throws std::logic_error for ragged rows.
  [[nodiscard]] std::string str(Format format) const;
};

/// RFC 4180 text to a table of strings; all rows must be as long as the header. `name` is for messages.
/// Throws InputError with the line for ragged rows, columns without a name or with the same name, a quote that
/// is not closed or stands inside a plain value.
Table parse_csv(const std::string& text, const std::string& name);

}  // namespace tilewright
