// The section `model` of a kernel file to Kernel: how it runs a cascade. By example (configs/kernels/ has more):
//
//   model:
//     cascade: attention-1pass
//     ranks: {tile: M0, tiles: M1}               # keys of a tile, and tiles; a kernel with `block` needs them
//     key_tiles: fixed                           # dynamic: each from the next needed key on; gathered: packed; in
//     a
//                                                # list: the kernel's own, and others that may be chosen
//     gather: 16                                 # gathered: neighbouring keys that are gathered together; else 1
//     block: {threads: 384, registers: 168, shared_B: q * E * word_B + 2 * kv * (E + F) * word_B}
//     computes: {E: "32 * ceil_div(E, 32)", F: "32 * ceil_div(F, 32)"}   # padded heads; without: as they are
//     stages: 2
//     bind: {multiply_add: tensor_cores, exp: exp_units, subtract: vector_units, divide: free}   # by operation
//     kind einsums:                                   # exceptions to `bind`
//       RNV: free
//       LM: {max: exp_units}
//     extra: {SLN: {convert: 0.5}}               # operations per point that the cascade does not have
//     visits: {SPNV: 0.1}                        # share of the visits in which an Einsum is computed
//     polynomial: {share: 0.25, on: vector_units, operations: {multiply: 8}}
//     overlap: {softmax: under-products, copies: hidden}    # or serial, each
//     element_mask: partial                      # visited, visited-unless-full, none
//     schedule:
//       launch: grid                             # persistent
//       queries: ascending                       # descending, longest-first
//       outer: heads                             # queries
//       swizzle: 1                               # heads that go side by side: an expression, as group
//     splits: 1                                  # more in mappings/kernel/parse_splits.hpp
//     pack_heads: false
//     before: [{name: permute, moves: [Q, K, V]}]        # more in mappings/kernel/parse_pass.hpp
//     after: [{name: reduce, reduces: splits}]
//
// Names in expressions: q and kv (tokens of the tiles), E and F (head dimensions, whatever the cascade calls them),
// word_B, dimensions (of the layout), and of the mask, 0 or 1: causal, window (einsum/mask/properties.hpp). That of
// swizzle knows keys and group too (mappings/kernel/swizzle.hpp); those of
// block know stages.
#pragma once

#include <optional>
#include <string>

#include "common/yaml.hpp"
#include "mappings/kernel/file.hpp"
#include "mappings/kernel/kernel.hpp"

namespace tilewright {

/// Where a kernel file says its cascade. Throws InputError for a kernel without a model.
Yaml kernel_cascade_key(const Yaml& root);

/// The section `model` of a kernel file. Throws InputError for a kernel without one.
Yaml kernel_model(const Yaml& root);

/// The cascade that a kernel file names; a path may be relative to that file. Throws InputError for a kernel
/// without a model.
std::string kernel_cascade(const Yaml& root);

/// For a workload whose ranks have these roles; nothing where it is no attention, which takes a kernel that does
/// not need it (needs_attention()). Throws InputError for a kernel without a model, unknown names, an operation of
/// an Einsum that is neither bound nor free, a unit that cannot do it, an Einsum in several passes, and a fused
/// kernel without tiles. A kernel whose passes all state what they take computes none of the Einsums.
Kernel parse_kernel(const Yaml& root, const Cascade& cascade, const Arch& arch,
                    const std::optional<AttentionRanks>& roles);

}  // namespace tilewright
