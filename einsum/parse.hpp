// Text to IR. The YAML form, by example (configs/cascades/ has more):
//
//   cascade:
//     name: softmax-1pass
//     description: one line
//     source: paper, section, equation
//     shapes: {M1: M / M0}                 # ranks that follow from others
//     partitions: {M: [M1, M0]}            # m = m1 * M0 + m0
//     constants: {scale: 0.125}
//     inputs: {Q: [E, P], K: [E, M]}
//     outputs: [AV]
//     initial: {RM: -inf}                  # of iterated tensors
//     views: ["BK[e,m1,m0] = K[e,m]"]
//     einsums:
//       - QK[m1,m0,p] = Q[e,p] * BK[e,m1,m0]
//       - LM[m1,p] = max[m0] QK[m1,m0,p]
//       - RM[m1+1,p] = max(RM[m1,p], LM[m1,p])
//       - AV[f,p] = RNV[f,M1,p] / RD[M1,p]
//       - S[q,k] = T[q,k] where MASK[q,k]
//
// A variable is its rank's name in lower case; names of ranks are in upper case. A rank that only the right side
// has is reduced: with `+`, or with the operation that is written in front of the body with the ranks in brackets
// (sum, prod, max, min), which then lists all of them. An index is a variable, a variable plus or minus a whole
// number, or a fixed coordinate: an expression over rank names. `T` and `T[]` are the same scalar. An index + 1 on
// the left makes an iterated tensor: it has one element more than its rank, and the first is `initial` (a number,
// `inf` or `-inf`). A view has the parts of a partition in place of the whole, and only that.
//
// Einsums are written in an order in which they can run, step by step where they are iterated. A dependence that
// comes back to its own Einsum is a cycle, unless it goes through an earlier step of an iterated tensor.
#pragma once

#include <filesystem>

#include "common/yaml.hpp"
#include "einsum/cascade.hpp"

namespace tilewright {

/// Throws InputError for: syntax, undefined tensor, a tensor accessed with another number or order of ranks,
/// use before definition, cyclic dependence, a tensor written twice, a reduction over a rank that no operand
/// has, an unknown operation, a constant or tensor named like one, an iterated tensor without initial value, a
/// partition of an unknown rank, an output that nothing writes, an input or view that nothing reads.
Cascade parse_cascade(const Yaml& file);
Cascade load_cascade(const std::filesystem::path& file);

/// The YAML text of a cascade; parsing it gives the same IR back.
std::string print_cascade(const Cascade& cascade);
/// One Einsum as text: "LM[m1,p] = max[m0] QK[m1,m0,p]".
std::string print_einsum(const Cascade& cascade, const Einsum& einsum);

}  // namespace tilewright
