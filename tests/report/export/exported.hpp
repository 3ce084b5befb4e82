// Shared by the tests of report/export/: a candidate from short texts.
#pragma once

#include <string>

#include "mappings/shared_rank.hpp"
#include "mappings/stored_tensor.hpp"
#include "report/export/accelforge.hpp"
#include "tests/common/messages.hpp"
#include "tests/mappings/model.hpp"

namespace tilewright::test {

/// A level of 64 KiB with 16 registers below; `mac` has 16 lanes, `vector` 4.
inline Arch exported_arch_sample(const std::string& more = "", const std::string& in_SRAM = "") {
  return arch_of(
      "  levels:\n"
      "    - {name: DRAM, bandwidth_B_per_s: 8 GB/s, access_B: 8, read_J: 64 pJ, write_J: 128 pJ}\n"
      "    - {name: SRAM, parent: DRAM, capacity_B: 64 KiB, access_B: 4, read_J: 4 pJ, write_J: 8 pJ" +
      in_SRAM +
      "}\n"
      "    - {name: RF, parent: SRAM, instances: 16, capacity_B: 64, bandwidth_B_per_s: 64 GB/s, access_B: 2, "
      "read_J: 0.5 pJ, write_J: 0.25 pJ}\n"
      "  units:\n"
      "    - {name: mac, lanes: 16, operations: {multiply_add: {cycles: 1, energy_J: 1 pJ}}}\n"
      "    - {name: vector, lanes: 4, operations: {exp: {cycles: 2, energy_J: 3 pJ}, max: {cycles: 1, energy_J: 1 "
      "pJ}, "
      "add: {cycles: 1, energy_J: 1 pJ}, subtract: {cycles: 1, energy_J: 1 pJ}}}\n" +
      more);
}

/// Queries P, keys M, E and F within a head.
inline Cascade scores_cascade() {
  return cascade_of(
      "  inputs: {Q: [P, E], K: [M, E], V: [M, F]}\n"
      "  outputs: [O]\n"
      "  einsums:\n"
      "    - S[p,m] = Q[p,e] * K[m,e]\n"
      "    - X[p,m] = exp(S[p,m])\n"
      "    - O[p,f] = X[p,m] * V[m,f]\n");
}

/// `workload` are keys of it besides `cascades`, each line with two spaces before it.
class Exported {
 public:
  Exported(Cascade cascade, Arch arch, const std::string& mapping, const std::string& workload)
      : cascade_(std::move(cascade)),
        candidate_{parse_workload(Yaml::parse(
                       "workload:\n  name: w\n  phase: prefill\n  cascades: [c]\n" + workload, "w.yaml")),
                   cascade_, std::move(arch), Mapping{}} {
    std::vector<std::string> names;
    for (const auto& [name, value] : candidate_.workload.shapes) names.push_back(name);
    Mapping nest = parse_mapping(Yaml::parse(mapping, "m.yaml"), cascade_, candidate_.arch, names);
    nest.shared = shared_heads(candidate_.workload, cascade_, nest.symbols);
    nest.stored = stored_values(candidate_.workload, cascade_);
    candidate_.mapping = std::move(nest);
  }
  Exported(const Exported&) = delete;
  Exported& operator=(const Exported&) = delete;

  [[nodiscard]] const Candidate& candidate() const { return candidate_; }
  /// What stands under `nodes:` of the mapping.
  [[nodiscard]] std::string nest() const {
    const std::string text = to_accelforge(candidate_).mapping;
    const std::string head = "mapping:\n  nodes:\n";
    return text.substr(text.find(head) + head.size());
  }
  [[nodiscard]] std::string error() const {
    return message_of([&] { (void)to_accelforge(candidate_); });
  }

 private:
  Cascade cascade_;
  Candidate candidate_;
};

inline const std::string product_shapes = "  word_B: 2 B\n  shapes: {M: 64, N: 32, K: 16}\n";
inline const std::string scores_shapes = "  word_B: 2 B\n  shapes: {P: 32, M: 64, E: 8, F: 8}\n";

}  // namespace tilewright::test
