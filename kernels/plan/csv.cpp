#include "kernels/plan/csv.hpp"

#include <cstddef>

namespace tilewright::plan {
namespace {

class Reader {
 public:
  Reader(const std::string& text, const std::string& file) : text_(text), file_(file) {}

  std::vector<CsvRow> rows() {
    std::vector<CsvRow> rows;
    while (at_ < text_.size()) {
      rows.push_back(row());
      const CsvRow& last = rows.back();
      if (last.cells.size() != rows.front().cells.size()) {
        fail(last.line, "expected " + std::to_string(rows.front().cells.size()) + " cells as in the header, got " +
                            std::to_string(last.cells.size()));
      }
    }
    return rows;
  }

 private:
  [[noreturn]] void fail(int line, const std::string& what) const { throw Error({file_, line}, "", what); }

  [[nodiscard]] bool ends_cell() const { return at_ == text_.size() || text_[at_] == ',' || ends_line(); }
  [[nodiscard]] bool ends_line() const { return text_[at_] == '\n' || text_.compare(at_, 2, "\r\n") == 0; }

  CsvRow row() {
    CsvRow row{line_, {cell()}};
    while (at_ < text_.size() && text_[at_] == ',') {
      ++at_;
      row.cells.push_back(cell());
    }
    if (at_ < text_.size()) at_ += text_[at_] == '\r' ? 2 : 1;
    ++line_;
    return row;
  }

  std::string cell() {
    if (at_ < text_.size() && text_[at_] == '"') return quoted_cell();
    std::string cell;
    for (; !ends_cell(); ++at_) {
      if (text_[at_] == '"') fail(line_, "a quote inside a cell that is not quoted");
      cell += text_[at_];
    }
    return cell;
  }

  std::string quoted_cell() {
    const int first_line = line_;
    std::string cell;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        if (ends_cell()) return cell;
        if (text_[at_] != '"') fail(line_, "text after a closing quote");
      }
      if (text_[at_] == '\n') ++line_;
      cell += text_[at_];
    }
    fail(first_line, "a quote is not closed");
  }

  const std::string& text_;
  const std::string& file_;
  std::size_t at_ = 0;
  int line_ = 1;
};

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char letter : text) {
    if (letter == '"') quoted += '"';
    quoted += letter;
  }
  return quoted + "\"";
}

}  // namespace

std::vector<CsvRow> read_csv(const std::string& text, const std::string& file) { return Reader(text, file).rows(); }

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& cell : cells) line += csv_cell(cell) + ",";
  if (!line.empty()) line.pop_back();
  return line + "\n";
}

}  // namespace tilewright::plan
