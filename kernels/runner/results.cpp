#include "kernels/runner/results.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "kernels/plan/columns.hpp"
#include "kernels/plan/csv.hpp"
#include "kernels/runner/statistics.hpp"

namespace tilewright::kernels::runner {
namespace {

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw plan::Error({path}, "", "cannot be read");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_text(const std::string& path, const std::string& text) {
  const std::string beside = path + ".part";
  std::ofstream file(beside, std::ios::binary);
  file << text;
  file.close();
  std::error_code fault;
  if (file) std::filesystem::rename(beside, path, fault);
  if (file && !fault) return;
  std::filesystem::remove(beside, fault);
  throw plan::Error({path}, "", "cannot be written");
}

/// All of it or, where the disk is full, nothing.
void append_text(const std::string& path, const std::string& text) {
  std::error_code fault;
  const auto size_B = std::filesystem::file_size(path, fault);
  std::ofstream file(path, std::ios::binary | std::ios::app);
  file << text << std::flush;
  file.close();
  if (file && !fault) return;
  if (!fault) std::filesystem::resize_file(path, size_B, fault);
  throw plan::Error({path}, "", "cannot be written");
}

void add_times(const std::vector<double>& samples_s, plan::Measurement& of) {
  of.samples_s = samples_s;
  if (samples_s.empty()) return;
  const auto [least, most] = std::minmax_element(samples_s.begin(), samples_s.end());
  of.time_s = median(samples_s);
  of.time_min_s = *least;
  of.time_max_s = *most;
}

}  // namespace

plan::Measurement measurement_of(const plan::Row& point, const Outcome& outcome, const Machine& machine,
                                 const DeviceState& before, const DeviceState& after) {
  plan::Measurement of;
  of.row = point;
  of.status = outcome.status;
  of.message = outcome.message;
  of.error = outcome.error;
  of.error_limit = outcome.error_limit;
  add_times(outcome.samples_s, of);
  of.value = outcome.value;
  of.unit = outcome.unit;
  of.device = machine.device;
  of.multiprocessors = machine.multiprocessors;
  of.driver = machine.driver;
  of.cuda = machine.cuda;
  of.sm_clock_before_Hz = before.sm_clock_Hz;
  of.sm_clock_after_Hz = after.sm_clock_Hz;
  of.memory_clock_Hz = after.memory_clock_Hz;
  of.power_before_W = before.power_W;
  of.power_after_W = after.power_W;
  of.temperature_before_C = before.temperature_C;
  of.temperature_after_C = after.temperature_C;
  of.commit = machine.commit;
  of.flags = machine.flags;
  of.binary = machine.binary;
  return of;
}

ResultsFile::ResultsFile(const std::string& path, Machine machine) : path_(path), machine_(std::move(machine)) {
  const std::string header = plan::csv_line(plan::result_columns());
  const std::string found = std::filesystem::exists(path) ? read_text(path) : "";
  // A file that was cut short within its header has no line end.
  const std::size_t first_line_B = found.find('\n') == std::string::npos ? found.size() : header.size();
  if (found.compare(0, first_line_B, header, 0, first_line_B) != 0) {
    throw plan::Error({path, 1}, "", "is no results file of this program");
  }
  const std::string whole_lines = found.substr(0, found.rfind('\n') + 1);
  if (!whole_lines.empty()) {
    for (plan::Measurement& each : plan::read_measurements(whole_lines, path)) {
      index_[key_of(each.row, each.device)] = rows_.size();
      rows_.push_back(std::move(each));
    }
  }
  if (whole_lines != found || found.empty()) write_text(path, text());
  lose_begun();
}

void ResultsFile::lose_begun() {
  if (!std::filesystem::exists(begun_path())) return;
  const std::vector<plan::Row> begun = plan::read_plan(read_text(begun_path()), begun_path());
  Outcome lost;
  lost.status = plan::Status::lost;
  lost.message = "the program ended while it measured this point";
  for (const plan::Row& point : begun) {
    if (!settled(point)) append(measurement_of(point, lost, machine_, {}, {}));
  }
  end();
}

ResultsFile::Key ResultsFile::key_of(const plan::Row& row, const std::string& device) {
  Key key = plan::cells_of(row);
  key.push_back(device);
  return key;
}

const plan::Measurement* ResultsFile::row_of(const plan::Row& point) const {
  const auto found = index_.find(key_of(point, machine_.device));
  return found == index_.end() ? nullptr : &rows_[found->second];
}

std::optional<plan::Status> ResultsFile::settled(const plan::Row& point) const {
  const plan::Measurement* row = row_of(point);
  if (row == nullptr || row->status == plan::Status::failed) return std::nullopt;
  if (row->status != plan::Status::ok && row->binary != machine_.binary) return std::nullopt;
  return row->status;
}

bool ResultsFile::failed(const plan::Row& point) const {
  const plan::Measurement* row = row_of(point);
  return row != nullptr && row->status == plan::Status::failed && row->binary == machine_.binary;
}

int ResultsFile::losses(const plan::Row& point) const {
  return static_cast<int>(std::count_if(rows_.begin(), rows_.end(), [&](const plan::Measurement& each) {
    return each.status == plan::Status::lost && each.device == machine_.device && each.binary == machine_.binary &&
           each.row.operation == point.operation && each.row.kernel == point.kernel;
  }));
}

void ResultsFile::begin(const plan::Row& point) const { write_text(begun_path(), plan::write_plan({point})); }

void ResultsFile::end() const {
  std::error_code none;  // it may not be there
  std::filesystem::remove(begun_path(), none);
}

std::string ResultsFile::text() const {
  std::string all = plan::csv_line(plan::result_columns());
  for (const plan::Measurement& each : rows_) all += plan::csv_line(plan::cells_of(each));
  return all;
}

void ResultsFile::append(const plan::Measurement& measurement) {
  const auto [entry, is_new] = index_.try_emplace(key_of(measurement.row, measurement.device), rows_.size());
  if (!is_new) {
    rows_[entry->second] = measurement;
    return write_text(path_, text());
  }
  rows_.push_back(measurement);
  append_text(path_, plan::csv_line(plan::cells_of(measurement)));
}

}  // namespace tilewright::kernels::runner
