// Shared by the tests: an architecture file of two levels and one unit, with some of its parts replaced.
#pragma once

#include <string>

namespace tilewright::test {

struct ArchText {
  std::string parameters = "{N: 4}";                                             ///< line 3
  std::string clock = "  clock_Hz: 1 GHz\n";                                     ///< line 4
  std::string outermost = "{name: DRAM, access_B: 8}";                           ///< line 6, from column 7
  std::string level = "{name: L2, parent: DRAM, access_B: 8}";                   ///< line 7
  std::string unit = "{name: array, lanes: 4, operations: {add: {cycles: 1}}}";  ///< line 9
  std::string more = "";

  [[nodiscard]] std::string str() const {
    return "arch:\n  name: a\n  parameters: " + parameters + "\n" + clock + "  levels:\n    - " + outermost +
           "\n    - " + level + "\n  units:\n    - " + unit + "\n" + more;
  }
};

}  // namespace tilewright::test
