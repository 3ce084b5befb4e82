// Rules that turn a cascade into another one that computes the same. Each states the law that it rests on, and is
// applied only where the cascade meets it: else it throws InputError with what stands in its way.
#pragma once

#include <string>

#include "einsum/cascade.hpp"

namespace tilewright {

/// Exponentials along a rank that cancel (the outputs stay as they are when all of them are scaled) get their
/// maximum along it subtracted: exp(x) / sum exp(x) = exp(x - max x) / sum exp(x - max x), which cannot overflow.
Cascade stabilise(const Cascade& cascade, RankId along);

/// Quotients by what does not have the rank, that are only summed along it, are divided after the sum:
/// sum (a / d) b = (sum a b) / d.
Cascade defer_division(const Cascade& cascade, RankId along);

/// Reductions along a rank become running values over tiles of it: a maximum by max(R, L), a sum by R + L, and a
/// sum of exponentials of differences to that maximum by R exp(k(old - new)) + L. The tile is a new rank, which the
/// workload or mapping chooses. Then nothing needs the rank twice.
Cascade make_running(const Cascade& cascade, RankId along);

/// Exponentials relative to a maximum that others join (a sink, a new key) become relative to their own, and their
/// sums are brought to the joined one at the end: exp(x - all) = exp(x - own) exp(own - all). What make_running()
/// needs.
Cascade use_own_maximum(const Cascade& cascade, RankId along);

/// As make_running(), by parts of the rank that do not wait for each other: each has its own maximum and sums,
/// which are brought to one maximum and reduced at the end (split-KV decoding; partial softmax results are
/// associative).
Cascade split(const Cascade& cascade, RankId along);

/// A product of sums from its other side: sum_m (sum_e a b) c = sum_e a (sum_m b c), where a does not have the rank
/// m. What is as large as both sides of the first product never comes about; nor do as many operations, where the
/// rank is long.
Cascade reassociate(const Cascade& cascade, RankId along);

/// Einsums without a reduction that one Einsum reads, once, at its own point, are computed there.
Cascade fuse(const Cascade& cascade);

/// exp(x) = exp2(x log2 e), with the factor folded into a constant factor of x where there is one.
Cascade use_exp2(const Cascade& cascade);

/// A state that is carried along a rank, S[t+1] = d S[t] + u where neither d nor u needs it, by chunks: what is
/// read of it within a chunk is a sum over the chunk's steps, u of each with the product of the decays since, and
/// what was before the chunk is carried on once. The chunk is a new rank, as in make_running().
Cascade chunk(const Cascade& cascade, RankId along);

/// The gradients of all inputs, from those of the outputs (reverse mode; the forward Einsums that it needs are
/// computed again). A maximum that is only subtracted in exponentials that cancel has none.
Cascade differentiate(const Cascade& cascade);

}  // namespace tilewright
