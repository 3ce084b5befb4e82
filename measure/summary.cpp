#include "measure/summary.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "measure/work.hpp"

namespace tilewright {

namespace {

Cell cell_of(const std::optional<double>& number) { return number ? Cell(*number) : Cell(); }

std::vector<Cell> row_of(const plan::Measurement& measurement) {
  Cell flops_per_s;
  Cell bytes_per_s;
  if (const auto work = measurement.time_s ? work_of(measurement.row) : std::nullopt) {
    if (work->flops) flops_per_s = *work->flops / *measurement.time_s * 1e-12;
    bytes_per_s = (work->read_B + work->write_B) / *measurement.time_s;
  }
  return {measurement.row.point,
          cell_of(measurement.time_s),
          flops_per_s,
          bytes_per_s,
          cell_of(measurement.value),
          measurement.unit,
          cell_of(measurement.error),
          to_text(measurement.status),
          measurement.message};
}

}  // namespace

Table summary_of(const std::vector<plan::Measurement>& measurements) {
  Table table{{{"point"},
               {"time_s", dimension::seconds},
               {"TFLOP_per_s"},
               {"B_per_s", dimension::bytes_per_second},
               {"value"},
               {"unit"},
               {"error"},
               {"status"},
               {"message"}},
              {}};
  for (const plan::Measurement& measurement : measurements) table.rows.push_back(row_of(measurement));
  return table;
}

std::vector<std::string> unsteady_points(const std::vector<plan::Measurement>& measurements, double spread) {
  std::vector<std::string> lines;
  for (const plan::Measurement& measurement : measurements)
    if (const auto of = measurement.spread(); of && *of > spread)
      lines.push_back(fmt::format("{}: samples lie {:.0f} % of their median apart, more than {:.0f} %",
                                  measurement.row.point, 100 * *of, 100 * spread));
  return lines;
}

bool all_right(const std::vector<plan::Measurement>& measurements) {
  return std::ranges::none_of(measurements, [](const plan::Measurement& each) {
    return each.status == plan::Status::wrong || each.status == plan::Status::failed ||
           each.status == plan::Status::lost;
  });
}

std::vector<plan::Measurement> measurements_of(const std::vector<plan::Row>& rows,
                                               const std::vector<plan::Measurement>& measurements) {
  std::vector<plan::Measurement> result;
  for (const plan::Row& row : rows) {
    const auto same = [&](const plan::Measurement& each) { return each.row == row; };
    const auto found = std::find_if(measurements.rbegin(), measurements.rend(), same);
    if (found != measurements.rend()) result.push_back(*found);
  }
  return result;
}

}  // namespace tilewright
