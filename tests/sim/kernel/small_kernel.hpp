// Shared by the tests: a small machine and a kernel of one pass whose times can be counted by hand.
#pragma once

#include <string>

#include "arch/parse.hpp"
#include "einsum/parse.hpp"
#include "mappings/kernel/parse.hpp"
#include "sim/kernel/prepare.hpp"
#include "tests/einsum/attention_roles.hpp"

namespace tilewright::test {

/// 4 multiprocessors, each with 64 multiply-adds (128 of words of 1 B), 4 exponentials and 16 other operations a
/// cycle, at 1 GHz.
inline const char* const small_machine = R"(
arch:
  name: small
  parameters: {SMs: 4}
  clock_Hz: 1 GHz
  launch_s: 1 us
  levels:
    - {name: HBM, access_B: 64 B, capacity_B: 1e9, bandwidth_B_per_s: 1 TB/s}
    - {name: L2, parent: HBM, access_B: 32 B, capacity_B: 1e6, bandwidth_B_per_s: 4 TB/s, multicast: false}
    - {name: SMEM, parent: L2, access_B: 128 B, instances: SMs, capacity_B: 63 KiB, threads: 1024, blocks: 8, block_B: 1 KiB}
    - {name: RF, parent: SMEM, access_B: 128 B, instances: SMs, capacity_B: 128 KiB}
  units:
    - {name: matrix, lanes: SMs * 64, operations: {multiply_add: {cycles: 1, cycles_by_word_B: {1: 0.5}}}}
    - {name: special, lanes: SMs * 4, operations: {exp: {cycles: 1}}}
    - {name: vector, lanes: SMs * 16, operations: {add: {cycles: 1}, subtract: {cycles: 1}, multiply: {cycles: 1}, max: {cycles: 2}, convert: {cycles: 2}, divide: {cycles: 4}}}
)";

/// Text of a kernel, with parts that tests replace. `more` are lines of the model.
struct KernelText {
  std::string tiles = "[{q: 16, kv: 8}]";
  std::string block = "{threads: 128, registers: 128, shared_B: q * E * word_B + 2 * kv * (E + F) * word_B}";
  std::string bind_division = "free";
  std::string more = {};
  std::string einsums = "{RNV: free}";
  std::string bind_exp = "special";

  [[nodiscard]] std::string str() const {
    return "kernel:\n  name: fused\n  tiles: " + tiles +
           "\n  model:\n    cascade: attention-1pass\n"
           "    ranks: {tile: M0, tiles: M1}\n"
           "    block: " +
           block +
           "\n    bind:\n      multiply_add: matrix\n      max: vector\n      subtract: vector\n      exp: " +
           bind_exp +
           "\n      convert: vector\n      add: vector\n      multiply: vector\n      divide: " + bind_division +
           "\n    einsums: " + einsums + "\n    extra: {SLN: {convert: 0.5}}\n" + more;
  }
};

inline Arch small_gpu() { return ArchFile(Yaml::parse(small_machine, "small.yaml")).with(); }
inline Cascade one_pass() { return load_cascade("configs/cascades/attention-1pass.yaml"); }

inline Kernel small_kernel(const KernelText& text = {}) {
  return parse_kernel(Yaml::parse(text.str(), "k.yaml"), one_pass(), small_gpu(), attention_roles());
}

/// Heads of 32 elements of 2 B, as many queries as keys in one sequence.
inline Attention small_problem(const std::string& mask, Count tokens, Count heads = 1) {
  Attention problem;
  problem.requests[0].layout = {{tokens}, {tokens}};
  problem.requests[0].masks = make_masks(parse_mask(mask), problem.requests[0].layout, heads);
  problem.kv_heads = static_cast<double>(heads);
  problem.head_dim = problem.value_dim = 32;
  problem.words = AttentionWords::all(2);
  return problem;
}

inline PreparedKernel prepare_small(const Attention& problem, const KernelText& text = {},
                                    const Tiling& tiling = {}) {
  return prepare(small_kernel(text), one_pass(), small_gpu(), problem, tiling);
}

}  // namespace tilewright::test
