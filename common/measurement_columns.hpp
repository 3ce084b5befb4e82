// The columns of a plan of measurements, and of its results: what the program and the runner, which shares no more
// with it than this file, write to each other. docs/measure-a-gpu.md says what they mean.
#pragma once

#include <string>
#include <vector>

namespace tilewright {

inline const std::vector<std::string>& plan_columns() {
  static const std::vector<std::string> columns{
      "point",    "group",    "operation", "kernel", "dtype",   "batch",       "heads",
      "kv_heads", "head_dim", "queries",   "keys",   "mask",    "blocks",      "q_tile",
      "kv_tile",  "permuted", "splits",    "cache",  "warm_up", "repetitions", "seed"};
  return columns;
}

/// Those of the plan, and what was measured.
inline const std::vector<std::string>& result_columns() {
  static const std::vector<std::string> columns = [] {
    std::vector<std::string> all = plan_columns();
    all.insert(all.end(), {"status",
                           "message",
                           "error",
                           "error_limit",
                           "time_s",
                           "time_min_s",
                           "time_max_s",
                           "samples_s",
                           "value",
                           "unit",
                           "dram_read_B",
                           "dram_write_B",
                           "device",
                           "multiprocessors",
                           "driver",
                           "cuda",
                           "sm_clock_before_Hz",
                           "sm_clock_after_Hz",
                           "memory_clock_Hz",
                           "power_before_W",
                           "power_after_W",
                           "temperature_before_C",
                           "temperature_after_C",
                           "commit",
                           "flags"});
    return all;
  }();
  return columns;
}

}  // namespace tilewright
