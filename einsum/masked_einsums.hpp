// Which Einsums a mask of (query, key) pairs spares work.
#pragma once

#include <vector>

#include "einsum/cascade.hpp"

namespace tilewright {

/// Whether an Einsum's points exist only where the pair does. Those are the Einsums that run over queries and
/// keys, and that the cascade filters, or that read what such an Einsum has written for the same pairs. In a
/// cascade without a filter they are all Einsums that run over both. A rank stands for itself and for the parts
/// that it is split into.
ByEinsum<char> masked_einsums(const Cascade& cascade, RankId queries, RankId keys);

/// The parts of a rank, outermost first, or the rank itself where it is not split.
std::vector<RankId> parts_of(const Cascade& cascade, RankId whole);

}  // namespace tilewright
