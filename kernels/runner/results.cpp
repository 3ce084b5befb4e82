#include "kernels/runner/results.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <iterator>

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
  if (!file || fault) throw plan::Error({path}, "", "cannot be written");
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
  return of;
}

ResultsFile::ResultsFile(const std::string& path) : path_(path) {
  const std::string header = plan::csv_line(plan::result_columns());
  const std::string found = std::filesystem::exists(path) ? read_text(path) : "";
  // A file that was cut short within its header has no line end.
  const std::size_t first_line_B = found.find('\n') == std::string::npos ? found.size() : header.size();
  if (found.compare(0, first_line_B, header, 0, first_line_B) != 0) {
    throw plan::Error({path, 1}, "", "is no results file of this program");
  }
  const std::string whole_lines = found.substr(0, found.rfind('\n') + 1);
  std::string kept = header;
  if (!whole_lines.empty()) {
    for (const plan::Measurement& each : plan::read_measurements(whole_lines, path)) {
      if (each.status == plan::Status::failed) {
        failed_.insert(plan::cells_of(each.row));
        continue;
      }
      kept += plan::csv_line(plan::cells_of(each));
      status_[plan::cells_of(each.row)] = each.status;
    }
  }
  if (kept != found) write_text(path, kept);
  file_.open(path, std::ios::binary | std::ios::app);
  if (!file_) throw plan::Error({path}, "", "cannot be written");
}

std::optional<plan::Status> ResultsFile::status_of(const plan::Row& point) const {
  const auto found = status_.find(plan::cells_of(point));
  if (found == status_.end()) return std::nullopt;
  return found->second;
}

bool ResultsFile::failed_before(const plan::Row& point) const { return failed_.count(plan::cells_of(point)) > 0; }

void ResultsFile::append(const plan::Measurement& measurement) {
  file_ << plan::csv_line(plan::cells_of(measurement)) << std::flush;
  if (!file_) throw plan::Error({path_}, "", "cannot be written");
}

}  // namespace tilewright::kernels::runner
