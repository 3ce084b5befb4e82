#include "kernels/plan/measurement.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <iterator>

#include "kernels/plan/cells.hpp"
#include "kernels/plan/columns.hpp"
#include "kernels/plan/csv.hpp"

namespace tilewright::plan {
namespace {

/// With the digits that read back the same double.
std::string number_text(double number) {
  std::array<char, 32> digits{};
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr};
}

/// Nothing for the error of a result that has a NaN, which its message tells of.
std::string text_of(const std::optional<double>& number) {
  return number && std::isfinite(*number) ? number_text(*number) : "";
}

std::string text_of(const std::vector<double>& samples) {
  std::string all;
  for (const double sample : samples) all += (all.empty() ? "" : " ") + number_text(sample);
  return all;
}

std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char letter) { return letter == '\n' || letter == '\r'; }, ' ');
  return text;
}

std::vector<double> read_samples(const Cells& cells) {
  const std::string& text = cells.text("samples_s");
  std::vector<double> samples;
  const char* at = text.data();
  const char* end = at + text.size();
  while (at != end) {
    double sample = 0;
    const auto [stop, fault] = std::from_chars(at, end, sample);
    const bool ends = stop == end || (*stop == ' ' && stop + 1 != end);
    if (fault != std::errc() || !ends || !std::isfinite(sample) || sample < 0) {
      cells.fail("samples_s", "expected numbers of at least 0 with a space between them");
    }
    samples.push_back(sample);
    at = stop == end ? end : stop + 1;
  }
  return samples;
}

void read_times(const Cells& cells, Measurement& of) {
  of.time_s = cells.number("time_s");
  of.time_min_s = cells.number("time_min_s");
  of.time_max_s = cells.number("time_max_s");
  of.samples_s = read_samples(cells);
  of.value = cells.number("value");
  of.unit = cells.text("unit");
  if (of.time_s == 0.0) cells.fail("time_s", "expected a time above 0, got '" + cells.text("time_s") + "'");
  if (of.status == Status::ok && !of.time_s && !of.value) {
    cells.fail("status", "the row is ok, but has neither time_s nor value");
  }
}

void read_machine(const Cells& cells, Measurement& of) {
  of.device = cells.text("device");
  if (!cells.text("multiprocessors").empty()) of.multiprocessors = cells.count("multiprocessors", 1);
  of.driver = cells.text("driver");
  of.cuda = cells.text("cuda");
  of.sm_clock_before_Hz = cells.number("sm_clock_before_Hz");
  of.sm_clock_after_Hz = cells.number("sm_clock_after_Hz");
  of.memory_clock_Hz = cells.number("memory_clock_Hz");
  of.power_before_W = cells.number("power_before_W");
  of.power_after_W = cells.number("power_after_W");
  of.temperature_before_C = cells.number("temperature_before_C");
  of.temperature_after_C = cells.number("temperature_after_C");
  of.commit = cells.text("commit");
  of.flags = cells.text("flags");
  of.binary = cells.text("binary");
}

void require_columns(const std::vector<std::string>& header, const std::string& file) {
  const auto& wanted = result_columns();
  for (std::size_t column = 0; column < std::max(header.size(), wanted.size()); ++column) {
    const std::string name = column < header.size() ? header[column] : "";
    if (column >= wanted.size()) throw Error({file, 1}, "", "unknown column '" + name + "'");
    if (name == wanted[column]) continue;
    throw Error({file, 1}, "",
                "is no results file: column " + std::to_string(column + 1) + " is '" + name + "', not '" +
                    wanted[column] + "'");
  }
}

}  // namespace

std::optional<double> Measurement::sm_clock_Hz() const {
  if (sm_clock_before_Hz && sm_clock_after_Hz) return std::max(*sm_clock_before_Hz, *sm_clock_after_Hz);
  return sm_clock_before_Hz ? sm_clock_before_Hz : sm_clock_after_Hz;
}

std::optional<double> Measurement::spread() const {
  if (!time_s || !time_min_s || !time_max_s) return {};
  return (*time_max_s - *time_min_s) / *time_s;
}

std::vector<std::string> cells_of(const Measurement& of) {
  std::vector<std::string> cells = cells_of(of.row);
  cells.insert(cells.end(), {to_text(of.status),
                             one_line(of.message),
                             text_of(of.error),
                             text_of(of.error_limit),
                             text_of(of.time_s),
                             text_of(of.time_min_s),
                             text_of(of.time_max_s),
                             text_of(of.samples_s),
                             text_of(of.value),
                             of.unit,
                             text_of(of.dram_read_B),
                             text_of(of.dram_write_B),
                             of.device,
                             of.multiprocessors ? std::to_string(*of.multiprocessors) : "",
                             of.driver,
                             of.cuda,
                             text_of(of.sm_clock_before_Hz),
                             text_of(of.sm_clock_after_Hz),
                             text_of(of.memory_clock_Hz),
                             text_of(of.power_before_W),
                             text_of(of.power_after_W),
                             text_of(of.temperature_before_C),
                             text_of(of.temperature_after_C),
                             of.commit,
                             of.flags,
                             of.binary});
  return cells;
}

Measurement read_measurement(const std::vector<std::string>& texts, const Place& place) {
  const Cells cells(result_columns(), texts, place);
  const auto plan_end = texts.begin() + static_cast<std::ptrdiff_t>(plan_columns().size());
  Measurement of;
  of.row = read_row({texts.begin(), plan_end}, place);
  of.place = place;
  of.status = static_cast<Status>(cells.index_in(statuses(), "status"));
  of.message = cells.text("message");
  of.error = cells.number("error");
  of.error_limit = cells.number("error_limit");
  of.dram_read_B = cells.number("dram_read_B");
  of.dram_write_B = cells.number("dram_write_B");
  read_times(cells, of);
  read_machine(cells, of);
  return of;
}

std::vector<Measurement> read_measurements(const std::string& text, const std::string& file) {
  const std::vector<CsvRow> lines = read_csv(text, file);
  if (lines.empty()) throw Error({file, 0}, "", "is empty");
  require_columns(lines.front().cells, file);
  std::vector<Measurement> measurements;
  for (std::size_t index = 1; index < lines.size(); ++index) {
    measurements.push_back(read_measurement(lines[index].cells, {file, lines[index].line}));
  }
  return measurements;
}

}  // namespace tilewright::plan
