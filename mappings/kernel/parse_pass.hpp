// An entry of `before` or `after` of a kernel's model to KernelPass.
//
//   {name: scores, einsums: [QK], rate: 0.8}            # through the outermost memory; at this share of the units'
//   rate {name: permute, moves: [Q, K, V], bandwidth: 0.4}   # inputs and outputs, where tiles are no runs of
//   tokens {name: reduce, reduces: splits}                     # where keys are split {name: cache, when: cache_B <
//   word_B,               # what it states of itself (mappings/kernel/pass_counts.hpp)
//    read_B: queries * kv_heads * (E + F) * word_B, write_B: queries * kv_heads * (E + F) * cache_B,
//    operations: {convert: queries * kv_heads * (E + F)}, multiply_adds: 0,
//    operand_B: word_B,                                 # whose rate units have; else that of the longest words
//    blocks: requests * kv_heads, steps: longest, step_cycles: 40, resident: 4}
//
// `step_cycles: fitted` is the parameter pass_step_cycles (sim/kernel/parameters.hpp).
#pragma once

#include "common/yaml.hpp"
#include "mappings/kernel/kernel.hpp"

namespace tilewright {

/// `model` has it, and says in `bind` which unit does what. Throws InputError for keys that do not go together,
/// what the cascade does not have, and an operation that is neither bound nor free.
KernelPass parse_pass(const Yaml& yaml, const Yaml& model, const Cascade& cascade, const Arch& arch);

}  // namespace tilewright
