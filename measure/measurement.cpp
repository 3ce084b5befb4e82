#include "measure/measurement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "common/file.hpp"

namespace tilewright {

namespace {

const std::vector<std::string> statuses{"ok", "wrong", "unsupported", "failed"};

void require_columns(const Table& csv, const std::string& file) {
  const auto& wanted = result_columns();
  for (std::size_t c = 0; c < std::max(csv.columns.size(), wanted.size()); ++c) {
    const std::string name = c < csv.columns.size() ? csv.columns[c].name : "";
    if (c >= wanted.size()) throw InputError({file, 1, 0}, "", "unknown column '" + name + "'");
    if (name != wanted[c])
      throw InputError({file, 1, 0}, "",
                       fmt::format("is no results file: column {} is '{}', not '{}'", c + 1, name, wanted[c]));
  }
}

// The cells after those of the plan, by column.
class Cells {
 public:
  Cells(const std::vector<Cell>& cells, const Place& place) : cells_(cells), place_(place) {}

  [[nodiscard]] const std::string& text(const std::string& column) const {
    const auto& columns = result_columns();
    return std::get<std::string>(
        cells_[static_cast<std::size_t>(std::ranges::find(columns, column) - columns.begin())]);
  }
  [[nodiscard]] std::optional<double> number(const std::string& column) const {
    const std::string& cell = text(column);
    if (cell.empty()) return {};
    double value = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error != std::errc() || end != cell.data() + cell.size() || !std::isfinite(value) || value < 0)
      fail(column, fmt::format("expected a number of at least 0, got '{}'", cell));
    return value;
  }
  [[noreturn]] void fail(const std::string& column, const std::string& message) const {
    throw InputError(place_, column, message);
  }

 private:
  const std::vector<Cell>& cells_;
  const Place& place_;
};

std::optional<double> larger(const std::optional<double>& a, const std::optional<double>& b) {
  return a && b ? std::max(*a, *b) : a ? a : b;
}

Measurement read_row(const std::vector<Cell>& texts, const Place& place) {
  std::vector<std::string> plan;
  for (std::size_t c = 0; c < plan_columns().size(); ++c) plan.push_back(std::get<std::string>(texts[c]));
  const Cells cells(texts, place);
  Measurement of;
  of.row = read_plan_row(plan, place);
  of.place = place;
  const auto status = std::ranges::find(statuses, cells.text("status"));
  if (status == statuses.end())
    cells.fail("status",
               fmt::format("no '{}'{}", cells.text("status"), did_you_mean(cells.text("status"), statuses)));
  of.status = static_cast<Measurement::Status>(status - statuses.begin());
  of.message = cells.text("message");
  of.error = cells.number("error");
  of.error_limit = cells.number("error_limit");
  of.time_s = cells.number("time_s");
  of.time_min_s = cells.number("time_min_s");
  of.time_max_s = cells.number("time_max_s");
  of.value = cells.number("value");
  of.unit = cells.text("unit");
  of.dram_read_B = cells.number("dram_read_B");
  of.dram_write_B = cells.number("dram_write_B");
  of.device = cells.text("device");
  of.sm_clock_Hz = larger(cells.number("sm_clock_before_Hz"), cells.number("sm_clock_after_Hz"));
  if (of.time_s == 0.0) cells.fail("time_s", "expected a time above 0, got '" + cells.text("time_s") + "'");
  if (of.status == Measurement::Status::ok && !of.time_s && !of.value)
    cells.fail("status", "the row is ok, but has neither time_s nor value");
  return of;
}

}  // namespace

std::string Measurement::status_text() const { return statuses[static_cast<std::size_t>(status)]; }

std::optional<double> Measurement::spread() const {
  if (!time_s || !time_min_s || !time_max_s) return {};
  return (*time_max_s - *time_min_s) / *time_s;
}

std::vector<Measurement> read_measurements(const std::filesystem::path& file) {
  const std::string name = file.string();
  const Table csv = parse_csv(read_file(file, largest_results_B), name);
  require_columns(csv, name);
  std::vector<Measurement> measurements;
  for (std::size_t r = 0; r < csv.rows.size(); ++r)
    measurements.push_back(read_row(csv.rows[r], {name, static_cast<int>(r) + 2, 0}));
  return measurements;
}

}  // namespace tilewright
