#include <algorithm>

#include <fmt/format.h>

#include "common/error.hpp"
#include "common/table.hpp"

namespace tilewright {
namespace {

/// Splits RFC 4180 text into rows; lines end with LF or CRLF.
class CsvReader {
 public:
  CsvReader(std::string_view text, const std::string& name) : text_(text), name_(name) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text_.starts_with(byte_order_mark)) text_.remove_prefix(byte_order_mark.size());
  }

  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  /// Of the row that was read last.
  [[nodiscard]] int line() const { return row_line_; }

  std::vector<std::string> row() {
    row_line_ = line_;
    std::vector<std::string> values = {value()};
    while (take(",")) values.push_back(value());
    if (!at_end()) end_line();
    return values;
  }

  [[noreturn]] void fail(int line, std::string_view message) const {
    throw InputError(Place{name_, line}, {}, message);
  }

 private:
  static constexpr const char* stray_return = "a carriage return that ends no line";

  std::string value() {
    if (take("\"")) return quoted();
    const std::size_t end = std::min(text_.find_first_of(",\"\n", at_), text_.size());
    std::string_view value = text_.substr(at_, end - at_);
    if (end < text_.size() && text_[end] == '"') fail(line_, "a quote inside a value that is not quoted");
    if (end < text_.size() && text_[end] == '\n' && value.ends_with('\r')) value.remove_suffix(1);
    if (value.find('\r') != std::string_view::npos) fail(line_, stray_return);
    at_ += value.size();
    return std::string(value);
  }

  std::string quoted() {
    const int start = line_;
    std::string value;
    do {
      const std::size_t end = text_.find('"', at_);
      if (end == std::string_view::npos) fail(start, "a quote is not closed");
      value += text_.substr(at_, end - at_);
      at_ = end + 1;
      if (at_ < text_.size() && text_[at_] == '"') value += '"';
    } while (take("\""));
    line_ += static_cast<int>(std::count(value.begin(), value.end(), '\n'));
    const bool ends = at_end() || std::string_view(",\r\n").find(text_[at_]) != std::string_view::npos;
    if (!ends) fail(line_, "text after a closing quote");
    return value;
  }

  void end_line() {
    if (!take("\r\n") && !take("\n")) fail(line_, stray_return);
    ++line_;
  }

  bool take(std::string_view symbol) {
    if (!text_.substr(at_).starts_with(symbol)) return false;
    at_ += symbol.size();
    return true;
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t at_ = 0;
  int line_ = 1;
  int row_line_ = 1;
};

std::vector<Column> header(CsvReader& reader) {
  std::vector<Column> columns;
  for (const std::string& name : reader.row()) {
    if (name.empty()) reader.fail(1, fmt::format("column {} has no name", columns.size() + 1));
    const auto same = [&](const Column& column) { return column.name == name; };
    if (std::any_of(columns.begin(), columns.end(), same))
      reader.fail(1, fmt::format("duplicate column '{}'", name));
    columns.push_back({name});
  }
  return columns;
}

}  // namespace

Table parse_csv(const std::string& text, const std::string& name) {
  CsvReader reader(text, name);
  if (reader.at_end()) throw InputError(Place{name}, {}, "is empty");
  Table table;
  table.columns = header(reader);
  while (!reader.at_end()) {
    const std::vector<std::string> values = reader.row();
    if (values.size() != table.columns.size()) {
      reader.fail(reader.line(),
                  fmt::format("expected {} values as in the header, got {}", table.columns.size(), values.size()));
    }
    table.rows.emplace_back(values.begin(), values.end());
  }
  return table;
}

}  // namespace tilewright
