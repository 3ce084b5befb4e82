// Shared by the tests: the shipped standards, and a made-up one in which no constraint hides another.
#pragma once

#include <string>
#include <vector>

#include "arch/parse_dram.hpp"
#include "common/file.hpp"

namespace tilewright::test {

inline std::vector<DramStandard> shipped_drams() {
  std::vector<DramStandard> all;
  for (const std::string& name : list_configs("drams"))
    all.push_back(parse_dram_standard(Yaml::load(find_config("drams", name)), name));
  return all;
}

/// Bursts of 32 B in 2 clocks of 1 ns, 8 of them a row.
inline DramStandard made_up_dram() {
  DramStandard dram{"made up", 1e9, 2, 8, 4, 1, 4, 4, 256, {}};
  dram.timing = {.CL = 11,
                 .CWL = 7,
                 .tRCD = 13,
                 .tRP = 17,
                 .tRAS = 41,
                 .tRRD_S = 3,
                 .tRRD_L = 5,
                 .tFAW = 29,
                 .tCCD_S = 2,
                 .tCCD_L = 4,
                 .tCCD_L_WR = 6,
                 .tWR = 19,
                 .tRTP = 8,
                 .tWTR_S = 9,
                 .tWTR_L = 12,
                 .tRTW = 10,
                 .tREFI = 1000,
                 .tRFC = 100};
  return dram;
}

}  // namespace tilewright::test
