// Shared by the tests: a suite of the little study, with tables that it meets exactly.
#pragma once

#include <string>

#include "tests/explore/little.hpp"
#include "validation/suite.hpp"

namespace tilewright::test {

/// A table of the series `product` (times in ns, energies in pJ by hand, rows off the study's axes too) and one of
/// the series `both`, both in the folder of the little study.
class LittleSuite : public Little {
 public:
  LittleSuite() {
    write("little.yaml", study_text());
    write("product.csv", "note,rows,model,time_ns,energy_pJ\nfirst,8,small,34,1708\n,12,small,51,2562\n");
    write("both.csv", "model,rows,time_ns\nsmall,16,92\n");
  }
  /// `tables` are the list elements of a suite file.
  [[nodiscard]] std::string suite_text(const std::string& tables) const {
    return text("suite:\n  name: little\n  study: $/little.yaml\n  reference: $\n  tables:\n" + tables);
  }
  [[nodiscard]] Suite suite(const std::string& tables) const {
    return load_suite(write("suite.yaml", suite_text(tables)));
  }
  [[nodiscard]] Suite suite() const { return suite(product_table() + both_table()); }

  /// From line 6 on.
  static std::string product_table(const std::string& time = "time_s * 1e9") {
    return "    - file: product.csv\n"
           "      series: product\n"
           "      keys: [model, rows]\n"
           "      columns: {time_ns: {value: " +
           time +
           ", within: 0.001}, energy_pJ: {value: energy_J * 1e12, within: 0.002}}\n"
           "      ignored: {note: words}\n";
  }
  static std::string both_table() {
    return "    - file: both.csv\n"
           "      series: both\n"
           "      keys: [rows, model]\n"
           "      columns: {time_ns: {value: time_s * 1e9, within: 0.001}}\n";
  }
};

}  // namespace tilewright::test
