// YAML to Kernel. By example (configs/mappings/gpu/ has more):
//
//   kernel:
//     name: fused
//     description: one line
//     source: where the facts are from
//     cascade: attention-1pass
//     ranks: {tile: M0, tiles: M1}               # keys of a tile, and tiles; a kernel with `block` needs them
//     tiles:                                     # the first whose condition holds
//       - {q: 192, kv: 128, when: E <= 64}
//       - {q: 16x8, kv: 16x8, when: dimensions == 2}
//       - {q: 128, kv: 176}
//     key_tiles: fixed                           # or dynamic: from the first key that a Q tile needs
//     block: {threads: 384, registers: 168, shared_B: q * E * word_B + 2 * kv * (E + F) * word_B}
//     stages: 2
//     bind:                                      # the unit of every Einsum that is in no pass, or free
//       QK: tensor_cores
//       SLN: {subtract: vector_units, exp: exp_units, convert: vector_units}
//       RNV: free
//     extra: {SLN: {convert: 0.5}}               # operations per point that the cascade does not have
//     visits: {SPNV: 0.1}                        # share of the visits in which an Einsum is computed
//     polynomial: {share: 0.25, on: vector_units, operations: {multiply: 8}}
//     overlap: {softmax: under-products, copies: hidden}    # or serial, each
//     element_mask: partial                      # visited, visited-unless-full, none
//     schedule:
//       launch: grid                             # persistent
//       queries: ascending                       # descending, longest-first
//       outer: heads                             # queries
//     splits: 1                                  # an expression, stream, or how well waves are filled
//     pack_heads: false
//     before: [{name: permute, moves: [Q, K, V], bandwidth: 0.4}]
//     after: [{name: reduce, reduces: splits}, {name: values, einsums: [AV]}]
//
// Names in expressions: q and kv (tokens of the tiles), E and F (head dimensions, whatever the cascade calls them),
// word_B, dimensions (of the layout), causal (0 or 1).
#pragma once

#include <string>

#include "common/yaml.hpp"
#include "mappings/kernel/kernel.hpp"

namespace tilewright {

/// Whether a mapping file is one of a kernel: its top key is `kernel`.
bool is_kernel(const Yaml& root);

/// The cascade that a kernel file names; a path may be relative to that file.
std::string kernel_cascade(const Yaml& root);

/// For a workload whose ranks have these roles. Throws InputError for unknown names, an Einsum that is neither
/// bound nor in a pass (or both), an operation without a unit, a unit that cannot do it, and a fused kernel without
/// tiles.
Kernel parse_kernel(const Yaml& root, const Cascade& cascade, const Arch& arch, const AttentionRanks& roles);

}  // namespace tilewright
