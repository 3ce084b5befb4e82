#include "kernels/runner/results.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <iterator>

#include "kernels/runner/statistics.hpp"

namespace tilewright::kernels::runner {
namespace {

const std::size_t status_column = plan_columns().size();

std::string text_of(const std::optional<double>& number) { return number ? number_text(*number) : ""; }

/// A line end within a cell would make a cut line look whole.
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

void add_times(const std::vector<double>& samples_s, std::vector<std::string>& cells) {
  if (samples_s.empty()) {
    cells.insert(cells.end(), 4, "");
    return;
  }
  const auto [least, most] = std::minmax_element(samples_s.begin(), samples_s.end());
  std::string all;
  for (const double sample_s : samples_s) all += (all.empty() ? "" : " ") + number_text(sample_s);
  cells.insert(cells.end(), {number_text(median(samples_s)), number_text(*least), number_text(*most), all});
}

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw InputError(path + ": cannot be read");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_text(const std::string& path, const std::string& text) {
  const std::string beside = path + ".part";
  std::ofstream file(beside, std::ios::binary);
  file << text;
  file.close();
  std::error_code fault;
  if (file) std::filesystem::rename(beside, path, fault);
  if (!file || fault) throw InputError(path + ": cannot be written");
}

}  // namespace

std::string status_text(Status status) {
  switch (status) {
    case Status::ok:
      return "ok";
    case Status::wrong:
      return "wrong";
    case Status::unsupported:
      return "unsupported";
    case Status::failed:
      return "failed";
  }
  return "";
}

std::vector<std::string> result_cells(const Point& point, const Outcome& outcome, const Machine& machine,
                                      const DeviceState& before, const DeviceState& after) {
  std::vector<std::string> cells = point.cells;
  cells.insert(cells.end(), {status_text(outcome.status), one_line(outcome.message), text_of(outcome.error),
                             text_of(outcome.error_limit)});
  add_times(outcome.samples_s, cells);
  const std::string unprofiled;
  cells.insert(cells.end(),
               {text_of(outcome.value), outcome.unit, unprofiled, unprofiled, machine.device,
                machine.multiprocessors ? std::to_string(*machine.multiprocessors) : "", machine.driver,
                machine.cuda, text_of(before.sm_clock_Hz), text_of(after.sm_clock_Hz),
                text_of(after.memory_clock_Hz), text_of(before.power_W), text_of(after.power_W),
                text_of(before.temperature_C), text_of(after.temperature_C), machine.commit, machine.flags});
  return cells;
}

ResultsFile::ResultsFile(const std::string& path) : path_(path) {
  const std::string header = csv_line(result_columns());
  const std::string found = std::filesystem::exists(path) ? read_text(path) : "";
  // A file that was cut short within its header has no line end.
  const std::size_t first_line_B = found.find('\n') == std::string::npos ? found.size() : header.size();
  if (found.compare(0, first_line_B, header, 0, first_line_B) != 0) {
    throw InputError(path + ":1: is no results file of this program");
  }
  const std::string whole_lines = found.substr(0, found.rfind('\n') + 1);
  std::string kept = header;
  const std::vector<CsvRow> rows = read_csv(whole_lines, path);
  for (std::size_t row = 1; row < rows.size(); ++row) {
    const std::vector<std::string>& cells = rows[row].cells;
    const std::vector<std::string> of_plan(cells.begin(),
                                           cells.begin() + static_cast<std::ptrdiff_t>(status_column));
    if (cells[status_column] == status_text(Status::failed)) {
      failed_.insert(of_plan);
      continue;
    }
    kept += csv_line(cells);
    status_[of_plan] = cells[status_column];
  }
  if (kept != found) write_text(path, kept);
  file_.open(path, std::ios::binary | std::ios::app);
  if (!file_) throw InputError(path + ": cannot be written");
}

std::optional<std::string> ResultsFile::status_of(const Point& point) const {
  const auto found = status_.find(point.cells);
  if (found == status_.end()) return std::nullopt;
  return found->second;
}

bool ResultsFile::failed_before(const Point& point) const { return failed_.count(point.cells) > 0; }

void ResultsFile::append(const std::vector<std::string>& cells) {
  file_ << csv_line(cells) << std::flush;
  if (!file_) throw InputError(path_ + ": cannot be written");
}

}  // namespace tilewright::kernels::runner
