// Shared by the tests: all files of a little study, in a folder of their own.
#pragma once

#include <filesystem>
#include <string>

#include "common/file.hpp"
#include "explore/study/study.hpp"
#include "tests/common/folder.hpp"

namespace tilewright::test {

/// Z = A B and Y = Z C, point by point, on one array of 8 lanes at 1 GHz below L2 and DRAM. For r rows of the model
/// `small`, by hand:
///   product: 68 r B of DRAM in 4.25 r ns, which bind; 4 r cycles; 213.5 r pJ
///   scale:   24 r B of DRAM in 1.5 r ns, which bind; r cycles; 19 r pJ
class Little {
 public:
  Little() {
    write("product.yaml",
          "cascade:\n  name: product\n  inputs: {A: [M, K], B: [K, N]}\n  outputs: [Z]\n"
          "  einsums: [\"Z[m,n] = A[m,k] * B[k,n]\"]\n");
    write("scale.yaml",
          "cascade:\n  name: scale\n  inputs: {Z: [M, N], C: [M, N]}\n  outputs: [Y]\n"
          "  einsums: [\"Y[m,n] = Z[m,n] * C[m,n]\"]\n");
    for (const std::string model : {"small", "wide"})
      write(model + ".yaml", "workload:\n  name: " + model +
                                 "\n  phase: prefill\n  cascades: [$/product.yaml, $/scale.yaml]\n  word_B: 2 B\n"
                                 "  shapes: {M: 8, K: " +
                                 (model == "small" ? "6" : "8") + ", N: 4}\n");
    write("arch.yaml", arch("energy_J: 2 pJ"));
    write("unpriced.yaml", arch(""));
    write("by-row.yaml",
          mapping("product",
                  "[keep: {DRAM: [A, B, Z]}, for: [m: M], keep: {L2: [A]}, for: [n: N], spatial: [k: K], "
                  "{compute: Z, on: array}]"));
    write("streamed.yaml",
          mapping("scale", "[keep: {DRAM: [Z, C, Y]}, for: [m: M], spatial: [n: N], {compute: Y, on: array}]"));
  }

  /// `$` stands for the folder.
  [[nodiscard]] std::string text(std::string text) const {
    const std::string folder = folder_.path().string();
    for (std::size_t at = text.find('$'); at != std::string::npos; at = text.find('$', at + folder.size()))
      text.replace(at, 1, folder);
    return text;
  }
  /// The path of a new file.
  std::string write(const std::string& name, const std::string& content) const {
    write_file(folder_.path() / name, text(content));
    return path(name);
  }
  [[nodiscard]] std::string path(const std::string& name) const { return folder_.path() / name; }

  /// The products on either model, the same without the price of a multiplication, the scaling, and both in
  /// sequence.
  [[nodiscard]] std::string study_text() const {
    return text(
        "study:\n"
        "  name: little\n"
        "  axes: {model: [small, wide], rows: [8, 1 << 4, 32]}\n"
        "  series:\n" +
        series("product", "arch", "by-row") + series("scale", "arch", "streamed") +
        series("unpriced", "unpriced", "streamed") +
        "    - {name: both, over: [model, rows], sequence: [product, scale]}\n"
        "    - {name: partly-priced, over: [model, rows], sequence: [product, unpriced]}\n");
  }
  [[nodiscard]] Study study() const { return parse_study(Yaml::parse(study_text(), "little.yaml")); }

 private:
  static std::string arch(const std::string& price) {
    return "arch:\n  name: little\n  parameters: {lanes: 8}\n  clock_Hz: 1 GHz\n  levels:\n"
           "    - {name: DRAM, access_B: 8 B, bandwidth_B_per_s: 16 GB/s, read_J: 3 pJ, write_J: 5 pJ, area_m2: 0 "
           "mm2}\n"
           "    - {name: L2, parent: DRAM, access_B: 4 B, capacity_B: 1 KiB, read_J: 1 pJ, write_J: 2 pJ}\n"
           "  units:\n"
           "    - {name: array, lanes: lanes, area_m2: 1 mm2, operations: {multiply_add: {cycles: 1, energy_J: 7 "
           "pJ}, "
           "multiply: {cycles: 1" +
           (price.empty() ? "" : ", " + price) + "}}}\n";
  }
  static std::string mapping(const std::string& cascade, const std::string& nest) {
    return "mapping:\n  name: m\n  cascade: $/" + cascade +
           ".yaml\n  groups:\n    - name: g\n      schedule: sequential\n      nest: " + nest + "\n";
  }
  static std::string series(const std::string& name, const std::string& arch, const std::string& mapping) {
    return "    - name: " + name +
           "\n      over: [model, rows]\n      workload: \"$/{model}.yaml\"\n      set: {M: rows}\n      arch: $/" +
           arch + ".yaml\n      mapping: $/" + mapping + ".yaml\n";
  }

  TemporaryFolder folder_;
};

}  // namespace tilewright::test
