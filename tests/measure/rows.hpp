// Shared by the tests: rows of plans and results files.
#pragma once

#include <string>

#include "measure/measurement.hpp"

namespace tilewright::test {

/// Dense attention of 512 tokens in tiles of 64.
inline PlanRow plain_row() {
  PlanRow row;
  row.point = "g/pipelined";
  row.group = "g";
  row.operation = "attention";
  row.kernel = "pipelined";
  row.dtype = "bf16";
  row.batch = 1;
  row.heads = row.kv_heads = 2;
  row.head_dim = 64;
  row.queries = row.keys = {512};
  row.mask = "dense";
  row.q_tile = row.kv_tile = {64};
  row.cache = "flush";
  row.repetitions = 3;
  row.seed = 1;
  return row;
}

inline PlanRow micro_row(const std::string& kernel) {
  PlanRow row;
  row.point = "m/" + kernel;
  row.group = "m";
  row.operation = "micro";
  row.kernel = kernel;
  row.cache = "warm";
  return row;
}

/// A row of results by its columns; what is not given is empty. Nothing of this was measured.
struct ResultCells {
  std::string status = "ok";
  std::string message = {};
  std::string error = {};
  std::string time_s = {};
  std::string time_min_s = {};
  std::string time_max_s = {};
  std::string value = {};
  std::string unit = {};
  std::string dram_read_B = {};
  std::string dram_write_B = {};
  std::string device = "made up";
  std::string sm_clock_Hz = {};
};

/// The text of a results file.
inline std::string results_csv(const std::vector<std::pair<PlanRow, ResultCells>>& rows) {
  Table table;
  for (const std::string& name : result_columns()) table.columns.push_back({name});
  for (const auto& [row, of] : rows) {
    std::vector<Cell> cells = plan_table({row}).rows.front();
    for (const std::string& text : {of.status,      of.message,      of.error,      std::string(), of.time_s,
                                    of.time_min_s,  of.time_max_s,   std::string(), of.value,      of.unit,
                                    of.dram_read_B, of.dram_write_B, of.device,     std::string(), std::string(),
                                    std::string(),  of.sm_clock_Hz,  std::string(), std::string(), std::string(),
                                    std::string(),  std::string(),   std::string(), std::string(), std::string()})
      cells.emplace_back(text);
    table.rows.push_back(cells);
  }
  return table.str(Table::Format::csv);
}

}  // namespace tilewright::test
