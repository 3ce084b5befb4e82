#include "sim/nest/cycle/dram_rate.hpp"

#include <catch2/catch.hpp>

#include "tests/mappings/model.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Dram dram(const std::string& standard, int channels) {
  return *arch_of("  levels: [{name: DRAM, access_B: 8, dram: {standard: " + standard +
                  ", channels: " + std::to_string(channels) +
                  "}}]\n  units: [{name: array, lanes: 1, operations: {add: {cycles: 1}}}]\n")
              .levels.front()
              .dram;
}

}  // namespace

TEST_CASE("tiles in a row are delivered at nearly the peak, small ones in whole bursts") {
  for (const std::string standard : {"hbm2", "hbm2e", "lpddr5", "ddr4", "ddr5"}) {
    INFO(standard);
    const Dram memory = dram(standard, 4);
    CHECK(dram_rate(memory, 32768, false).B_per_s >= 0.9 * memory.peak_B_per_s());
    CHECK(dram_rate(memory, 32768, false).B_per_s <= memory.peak_B_per_s());
    CHECK(dram_rate(memory, 2, false).B_per_s < 0.2 * memory.peak_B_per_s());
  }
}

TEST_CASE("the first byte waits for an activation and a read") {
  const Dram memory = dram("hbm2e", 1);
  const DramTiming& timing = memory.standard.timing;
  const double least_s = static_cast<double>(timing.tRCD + timing.CL) / memory.standard.clock_Hz;
  CHECK(dram_rate(memory, 64, false).latency_s > least_s);
  CHECK(dram_rate(memory, 64, false).latency_s < 2 * least_s);
}

}  // namespace tilewright::test::TEST_FILE
