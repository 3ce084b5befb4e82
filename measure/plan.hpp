// A plan: what the kernels' runner measures, one CSV row a point. `tilewright measure` writes it, kernels/runner
// reads it, and the rows of a results file begin with it (docs/measure-a-gpu.md).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/error.hpp"
#include "common/measurement_columns.hpp"
#include "common/table.hpp"
#include "einsum/mask/mask.hpp"

namespace tilewright {

struct PlanRow {
  std::string point;  ///< unique in its plan, without a comma
  std::string group;
  std::string operation;  ///< one of plan_operations()
  std::string kernel;
  // Of a microbenchmark nothing of the following up to `splits` is known: 0 or empty.
  std::string dtype;
  Count batch = 0;
  Count heads = 0;
  Count kv_heads = 0;
  Count head_dim = 0;
  Extents queries;
  Extents keys;
  std::string mask;    ///< rules by runs of heads: "4 * causal + 12 * window=128,causal=1"
  std::string blocks;  ///< empty; or "128x64:f0..." (measure/plan_mask.hpp)
  Extents q_tile;      ///< empty: the kernel's own
  Extents kv_tile;
  bool permuted = false;  ///< tokens stand in the order of tiles before the kernel begins
  Count splits = 0;       ///< of the keys, in decoding; 0: chosen by the runner
  std::string cache;      ///< one of plan_caches()
  Count warm_up = 0;
  Count repetitions = 1;
  std::uint64_t seed = 0;

  [[nodiscard]] bool is_micro() const { return operation == "micro"; }
  bool operator==(const PlanRow&) const = default;
};

const std::vector<std::string>& plan_operations();
const std::vector<std::string>& plan_caches();
const std::vector<std::string>& plan_dtypes();

/// The plan as a table; its CSV is the plan file.
Table plan_table(const std::vector<PlanRow>& rows);

/// A row back from the texts of its cells, in the order of plan_columns(). Throws InputError at the place with the
/// column.
PlanRow read_plan_row(const std::vector<std::string>& texts, const Place& place);

}  // namespace tilewright
