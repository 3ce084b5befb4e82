// Shared by the tests: rows of plans and results files.
#pragma once

#include <string>
#include <vector>

#include "kernels/plan/columns.hpp"
#include "kernels/plan/csv.hpp"
#include "measure/measurement.hpp"

namespace tilewright::test {

/// Dense attention of 512 tokens in tiles of 64.
inline plan::Row plain_row() {
  plan::Row row;
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
  row.cache = plan::Cache::flush;
  row.repetitions = 3;
  row.seed = 1;
  return row;
}

inline plan::Row micro_row(const std::string& kernel) {
  plan::Row row;
  row.point = "m/" + kernel;
  row.group = "m";
  row.operation = "micro";
  row.kernel = kernel;
  return row;
}

/// Nothing of this was measured.
inline plan::Measurement made_up(const plan::Row& row) {
  plan::Measurement of;
  of.row = row;
  of.device = "made up";
  return of;
}

/// The text of a results file.
inline std::string results_csv(const std::vector<plan::Measurement>& measurements) {
  std::string text = plan::csv_line(plan::result_columns());
  for (const plan::Measurement& of : measurements) text += plan::csv_line(cells_of(of));
  return text;
}

}  // namespace tilewright::test
