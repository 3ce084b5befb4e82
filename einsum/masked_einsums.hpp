// Which Einsums a mask of (query, key) pairs spares work.
#pragma once

#include <string>
#include <vector>

#include "einsum/cascade.hpp"
#include "einsum/workload.hpp"

namespace tilewright {

/// Whether an Einsum's points exist only where the pair does. Those are the Einsums that run over queries and
/// keys, and that the cascade filters, or that read what such an Einsum has written for the same pairs. In a
/// cascade without a filter they are all Einsums that run over both. A rank stands for itself and for the parts
/// that it is split into.
ByEinsum<char> masked_einsums(const Cascade& cascade, RankId queries, RankId keys);

/// The same for the ranks that the mask names. Throws InputError where the cascade has not both, or no Einsum that
/// runs over both.
ByEinsum<char> masked_einsums(const Cascade& cascade, const WorkloadMask& mask);

/// A rank that the mask names. Throws InputError where the cascade has none of that name.
RankId masked_rank(const Cascade& cascade, const WorkloadMask& mask, const std::string& name);

/// The parts of a rank, outermost first, or the rank itself where it is not split.
std::vector<RankId> parts_of(const Cascade& cascade, RankId whole);

}  // namespace tilewright
