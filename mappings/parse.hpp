// YAML to Mapping. By example (configs/mappings/ has more):
//
//   mapping:
//     name: fused
//     cascade: attention-3pass             # what it maps: a name below configs/cascades, or a path
//     shapes: {M0: arch.N}                 # ranks that the mapping fixes
//     let: {P1: largest_divisor(P / arch.N, 8)}
//     overbook: [buffer]
//     reserve_B: {buffer: 4 KiB}
//     groups:
//       - name: attention
//         nest:
//           - keep: {DRAM: [Q, K, V, AV]}
//           - for: [b: B, h: H, p: P / arch.N]
//           - {keep: {buffer: [K]}, buffers: 2, when: M > 512}
//           - each:
//               - [{for: [e: E]}, {spatial: [p: arch.N]}, {compute: QK, on: array}]
//               - ...
//         schedule: sequential             # or pipelined, or a list of steps:
//           - run: [[QK, LM], [AV]]        # lanes at once
//           - bubble_cycles: arch.N
//
// Names in expressions: shapes of the workload, `arch.<parameter>`, `<level>.capacity_B` and
// `<level>.instances`, `<unit>.lanes`, and what `shapes` and `let` define before.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "common/yaml.hpp"
#include "mappings/mapping.hpp"

namespace tilewright {

/// The cascade that a mapping file names; a path may be relative to that file.
std::string mapped_cascade(const Yaml& root);

/// `given` are the names that the workload gives. Everything is resolved against the cascade and the architecture;
/// throws InputError where that fails, where an Einsum is not mapped or mapped twice, where a unit cannot do an
/// operation of an Einsum, or where a schedule does not run every Einsum of its group once.
Mapping parse_mapping(const Yaml& root, const Cascade& cascade, const Arch& arch,
                      const std::vector<std::string>& given);

}  // namespace tilewright
