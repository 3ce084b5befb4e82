// Shared by the tests: a small suite of timings and made-up files for it. Nothing in them was measured.
#pragma once

#include <fmt/format.h>

#include <string>

#include "common/file.hpp"
#include "tests/common/folder.hpp"
#include "validation/gpu/timing_row.hpp"

namespace tilewright::test {

class LittleTimings {
 public:
  static constexpr const char* header =
      "device,library,heads,seq,head_dim,causal,direction,time_us,density_%,speedup,tile\n";
  static constexpr const char* source =
      "    - name: dense\n"
      "      rows: {device: H100*, library: \"F?\"}\n"
      "      kernel: flash-attention-3\n"
      "      arch: gpu/h100-sxm5\n";

  explicit LittleTimings(std::string sources = source) : sources_(std::move(sources)) {}

  [[nodiscard]] std::string text(const std::string& values =
                                     "        - {name: time_s, measured: time_us * 1e-6, "
                                     "predicted: time_s}\n") const {
    return "timings:\n"
           "  name: little\n"
           "  workload: attention\n"
           "  reference: nowhere\n"
           "  tables:\n"
           "    - name: rows\n"
           "      columns: [device, library, heads, seq, head_dim, causal, direction, time_us]\n"
           "      files: [rows.csv]\n"
           "      only: {direction: fwd}\n"
           "      problem: {batch: 1, heads: heads, kv_heads: heads, head_dim: head_dim, value_dim: head_dim,\n"
           "                element_B: 2, queries: \"{seq}\", keys: \"{seq}\", q_tile: \"{tile}\"}\n"
           "      masks:\n"
           "        - {rows: {causal: \"no\"}, mask: dense}\n"
           "        - {rows: {causal: \"yes\"}, mask: causal}\n"
           "        - {rows: {causal: window}, mask: \"sliding,left={seq / 4 - 1}\"}\n"
           "      values:\n" +
           values + "  sources:\n" + sources_;
  }
  [[nodiscard]] TimingSuite suite() const { return suite_of(text()); }
  [[nodiscard]] TimingSuite suite_of(const std::string& yaml) const {
    TimingSuite suite = parse_timing_suite(Yaml::parse(yaml, "little.yaml"));
    suite.reference = folder_.path();
    return suite;
  }
  [[nodiscard]] std::filesystem::path write(const std::string& rows, const std::string& first = header) const {
    const std::filesystem::path file = folder_.path() / "rows.csv";
    write_file(file, first + rows);
    return file;
  }

 private:
  std::string sources_;
  TemporaryFolder folder_;
};

/// A row of the header above.
inline std::string row(double heads, double tokens, const std::string& causal, double time_s,
                       double head_dim = 128) {
  return fmt::format("H100 SXM,F1,{},{},{},{},fwd,{},,,\n", heads, tokens, head_dim, causal, time_s * 1e6);
}

}  // namespace tilewright::test
