#include "common/table.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/error.hpp"

namespace tilewright {
namespace {

void require_rectangle(const Table& table) {
  for (const std::vector<Cell>& row : table.rows) {
    if (row.size() == table.columns.size()) continue;
    throw std::logic_error(
        fmt::format("a row of {} cells in a table of {} columns", row.size(), table.columns.size()));
  }
}

std::string quoted_if_needed(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char letter : text) result += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return result + '"';
}

std::string csv_cell(const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return quoted_if_needed(*text);
  const auto* number = std::get_if<double>(&cell);
  return number == nullptr ? "" : fmt::format("{}", *number);
}

std::string to_csv(const Table& table) {
  std::string result;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    result += (i == 0 ? "" : ",") + quoted_if_needed(table.columns[i].name);
  }
  result += '\n';
  for (const std::vector<Cell>& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) result += (i == 0 ? "" : ",") + csv_cell(row[i]);
    result += '\n';
  }
  return result;
}

nlohmann::ordered_json json_cell(const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  const auto* number = std::get_if<double>(&cell);
  if (number == nullptr) return nullptr;
  const bool whole = *number == std::floor(*number) && std::abs(*number) <= 0x1p53;
  if (whole) return static_cast<std::int64_t>(*number);
  return *number;  // written as null if it is not finite
}

std::string to_json(const Table& table) {
  nlohmann::ordered_json result = nlohmann::ordered_json::array();
  for (const std::vector<Cell>& row : table.rows) {
    nlohmann::ordered_json object = nlohmann::ordered_json::object();
    for (std::size_t i = 0; i < row.size(); ++i) object[table.columns[i].name] = json_cell(row[i]);
    result.push_back(std::move(object));
  }
  return result.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

/// Text of one line; control characters would upset the terminal.
std::string printable(std::string text) {
  const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; };
  std::replace_if(text.begin(), text.end(), is_control, ' ');
  return text;
}

std::string shown_cell(const Cell& cell, const Column& column) {
  if (const auto* text = std::get_if<std::string>(&cell)) return printable(*text);
  const auto* number = std::get_if<double>(&cell);
  if (number == nullptr) return "";
  if (column.percent) return fmt::format("{:.{}f} %", 100 * *number, column.decimals);
  return pretty(*number, column.dimension);
}

/// In characters, not in bytes of UTF-8.
std::size_t width(const std::string& text) {
  const auto begins_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

bool is_numeric(const Table& table, std::size_t column) {
  const auto is_text = [&](const std::vector<Cell>& row) {
    return std::holds_alternative<std::string>(row[column]);
  };
  const auto is_number = [&](const std::vector<Cell>& row) { return std::holds_alternative<double>(row[column]); };
  return std::none_of(table.rows.begin(), table.rows.end(), is_text) &&
         std::any_of(table.rows.begin(), table.rows.end(), is_number);
}

std::string to_text(const Table& table) {
  std::vector<std::string> lines(table.rows.size() + 2);
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    std::vector<std::string> cells = {printable(table.columns[i].name), ""};
    for (const std::vector<Cell>& row : table.rows) cells.push_back(shown_cell(row[i], table.columns[i]));
    std::size_t widest = 0;
    for (const std::string& cell : cells) widest = std::max(widest, width(cell));
    cells[1].assign(widest, '-');
    const bool right = is_numeric(table, i);
    for (std::size_t line = 0; line < lines.size(); ++line) {
      const std::string padding(widest - width(cells[line]), ' ');
      lines[line] += (i == 0 ? "" : "  ") + (right ? padding + cells[line] : cells[line] + padding);
    }
  }
  std::string result;
  for (std::string& line : lines) {
    line.erase(line.find_last_not_of(' ') + 1);
    result += line + '\n';
  }
  return result;
}

}  // namespace

Table::Format Table::format(const std::string& name) {
  static const std::vector<std::string> names = {"table", "json", "csv"};
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<Format>(found - names.begin());
  throw InputError(fmt::format("unknown format '{}'{}", name, did_you_mean(name, names)));
}

std::string Table::str(Format format) const {
  require_rectangle(*this);
  if (format == Format::json) return to_json(*this);
  return format == Format::csv ? to_csv(*this) : to_text(*this);
}

}  // namespace tilewright
