#include "tests/sim/kernel/cycle/prepared.hpp"

#include <fmt/format.h>

#include "arch/parse.hpp"
#include "common/file.hpp"
#include "einsum/parse.hpp"
#include "mappings/kernel/parse.hpp"
#include "tests/einsum/attention_roles.hpp"

namespace tilewright::test {

PreparedKernel prepared(const Asked& asked) {
  const Arch arch = ArchFile::load(find_config("archs", asked.arch)).with();
  const Yaml file = Yaml::load(find_kernel(asked.kernel));
  const Cascade cascade = load_cascade(find_config("cascades", kernel_cascade(file)));
  Attention problem;
  problem.requests[0].layout = {parse_extents(asked.layout, "layout"), parse_extents(asked.layout, "layout")};
  problem.requests[0].masks =
      make_masks(parse_mask(asked.mask), problem.requests[0].layout, static_cast<Count>(asked.heads));
  problem.requests[0].times = asked.batch;
  problem.kv_heads = asked.kv_heads > 0 ? asked.kv_heads : asked.heads;
  problem.head_dim = problem.value_dim = asked.head_dim;
  problem.words = AttentionWords::all(2);
  Tiling tiling;
  if (!asked.query_tile.empty()) tiling.query_tile = parse_extents(asked.query_tile, "q");
  if (!asked.key_tile.empty()) tiling.key_tile = parse_extents(asked.key_tile, "kv");
  return prepare(parse_kernel(file, cascade, arch, test::attention_roles()), cascade, arch, problem, tiling);
}

PreparedKernel prepared(const Simple& simple) {
  const std::string arch_text =
      fmt::format(R"(
arch:
  name: simple
  parameters: {{SMs: {}}}
  clock_Hz: 1 GHz
  levels:
    - {{name: memory, access_B: 1 B, capacity_B: 1 GB, bandwidth_B_per_s: {} GB/s, latency_s: {} ns}}
    - {{name: cache, parent: memory, access_B: 1 B, capacity_B: 1 MB, bandwidth_B_per_s: {} GB/s, multicast: false,
       latency_s: {} ns}}
    - {{name: shared, parent: cache, access_B: 1 B, instances: SMs, capacity_B: 1 kB, threads: 1024, blocks: {}, block_B: 0 B}}
    - {{name: registers, parent: shared, access_B: 1 B, instances: SMs, capacity_B: 1 MB}}
  units:
    - {{name: matrix, lanes: SMs * 20, operations: {{multiply_add: {{cycles: 1}}}}}}
    - {{name: exps, lanes: SMs * 10, operations: {{exp: {{cycles: {}}}}}}}
    - {{name: vector, lanes: SMs * 10, operations: {{subtract: {{cycles: 1}}}}}}
)",
                  simple.multiprocessors, simple.memory_B_per_cycle, simple.memory_latency,
                  simple.cache_B_per_cycle, simple.cache_latency, simple.resident, simple.exp_cycles);
  const std::string kernel_text =
      fmt::format(R"(
kernel:
  name: simple
  tiles: [{{q: 10, kv: 10}}]
  model:
   cascade: attention-1pass
   ranks: {{tile: M0, tiles: M1}}
   block: {{threads: 32, registers: 8, shared_B: 1}}
   stages: {}
   bind: {{multiply_add: matrix, subtract: vector, exp: exps, max: free, add: free, multiply: free, divide: free}}
   einsums: {{PRM: free}}
   overlap: {{softmax: {}, copies: {}}}
   element_mask: {}
   schedule: {{launch: {}}}
)",
                  simple.stages, simple.softmax, simple.copies, simple.element_mask, simple.launch);
  const Arch arch = ArchFile(Yaml::parse(arch_text, "arch.yaml")).with();
  const Cascade cascade = load_cascade(find_config("cascades", "attention-1pass"));
  Attention problem;
  problem.requests[0].layout = {{10 * simple.query_tiles}, {10 * simple.key_tiles}};
  problem.requests[0].masks = make_masks(parse_mask("dense"), problem.requests[0].layout, 1);
  problem.head_dim = problem.value_dim = 10;
  problem.words = AttentionWords::all(2);
  const Kernel kernel =
      parse_kernel(Yaml::parse(kernel_text, "kernel.yaml"), cascade, arch, test::attention_roles());
  return prepare(kernel, cascade, arch, problem);
}

}  // namespace tilewright::test
