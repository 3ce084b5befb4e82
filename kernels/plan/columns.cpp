#include "kernels/plan/columns.hpp"

namespace tilewright::plan {

const std::vector<std::string>& plan_columns() {
  static const std::vector<std::string> columns{
      "point",    "group",    "operation", "kernel", "dtype",   "batch",       "heads",
      "kv_heads", "head_dim", "queries",   "keys",   "mask",    "blocks",      "q_tile",
      "kv_tile",  "permuted", "splits",    "cache",  "warm_up", "repetitions", "seed"};
  return columns;
}

const std::vector<std::string>& result_columns() {
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
                           "flags",
                           "binary"});
    return all;
  }();
  return columns;
}

}  // namespace tilewright::plan
