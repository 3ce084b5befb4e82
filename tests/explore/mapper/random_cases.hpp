// Small cascades and random architectures, of which every mapping can be tried.
#pragma once

#include <fmt/format.h>

#include <random>

#include "arch/parse.hpp"
#include "einsum/parse.hpp"
#include "explore/mapper/problem.hpp"

namespace tilewright::test {

inline Cascade cascade_of(const std::string& body) {
  return parse_cascade(Yaml::parse("cascade:\n  name: c\n" + body, "c.yaml"));
}

inline Cascade product() {
  return cascade_of(
      "  inputs: {A: [M, K], W: [K, N]}\n  outputs: [Z]\n  einsums:\n    - Z[m,n] = A[m,k] * W[k,n]\n");
}

// Elements that two Einsums in a row share.
inline Cascade two_steps() {
  return cascade_of(
      "  inputs: {A: [M], W: [M, N]}\n  outputs: [Z]\n  einsums:\n    - T[m] = exp(A[m])\n    - Z[n] = T[m] * "
      "W[m,n]\n");
}

inline Cascade three_steps() {
  return cascade_of(
      "  inputs: {A: [M], W: [M]}\n  outputs: [Z]\n  einsums:\n"
      "    - T[m] = exp(A[m])\n    - U[m] = exp(T[m])\n    - Z[m] = U[m] * W[m]\n");
}

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  double one_of(std::initializer_list<double> values) {
    return values.begin()[std::uniform_int_distribution<std::size_t>(0, values.size() - 1)(engine_)];
  }
  std::size_t below(std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(engine_); }

 private:
  std::mt19937 engine_;
};

inline Arch random_arch(Random& random) {
  const auto each = [&](std::initializer_list<double> values) { return random.one_of(values); };
  const double lanes = each({2, 4});
  const std::string text = fmt::format(
      "arch:\n  name: a\n  clock_Hz: 1 GHz\n  levels:\n"
      "    - {{name: outer, access_B: 1, bandwidth_B_per_s: {} GB/s, read_J: {} pJ, write_J: {} pJ, multicast: {}, "
      "reduction: {}}}\n"
      "    - {{name: middle, parent: outer, access_B: 1, capacity_B: {} B, bandwidth_B_per_s: {} GB/s, read_J: {} "
      "pJ, write_J: {} pJ}}\n"
      "    - {{name: inner, parent: middle, access_B: 1, instances: {}, capacity_B: {} B, read_J: {} pJ, write_J: "
      "{} pJ}}\n"
      "  units:\n"
      "    - {{name: array, lanes: {}, operations: {{multiply_add: {{cycles: 1, energy_J: 1 pJ}}, multiply: "
      "{{cycles: 1, energy_J: 1 pJ}}}}}}\n"
      "    - {{name: vector, lanes: 2, operations: {{exp: {{cycles: {}, energy_J: 2 pJ}}, multiply: {{cycles: 2, "
      "energy_J: 0.5 pJ}}, multiply_add: {{cycles: 3, energy_J: 0.5 pJ}}}}}}\n",
      each({0.5, 2, 8}), each({20, 90}), each({20, 110}), each({0, 1}) == 1 ? "true" : "false",
      each({0, 1}) == 1 ? "true" : "false", each({4, 6, 8, 12, 30}), each({1, 4, 1000}), each({4, 9, 25}),
      each({5, 12, 30}), lanes, each({1, 2, 3, 4}), each({0.5, 3}), each({0.5, 4}), lanes, each({1, 2}));
  return ArchFile(Yaml::parse(text, "a.yaml")).with();
}

inline MapProblem problem_of(const Cascade& cascade, const Arch& arch, const std::vector<double>& shapes,
                             const WorkloadMask* mask = nullptr) {
  return {cascade, arch, ByRank<double>(shapes.begin(), shapes.end()), ByTensor<double>(cascade.tensors.size(), 1),
          mask};
}

inline WorkloadMask mask_of(const std::string& pattern, const std::string& queries, const std::string& keys) {
  Workload workload;
  workload.ranks.emplace();
  workload.ranks->queries = queries;
  workload.ranks->keys = keys;
  workload.set_mask(pattern);
  return *workload.mask;
}

}  // namespace tilewright::test
