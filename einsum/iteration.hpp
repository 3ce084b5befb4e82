// Which Einsums read what, and which must run together, step by step.
//
// `RM[m1+1,p] = max(RM[m1,p], LM[m1,p])` reads what its own earlier step wrote. Einsums that depend on each other
// through such reads form a group, which runs once per value of the iterated rank; any other Einsum is a group of
// its own.
#pragma once

#include <vector>

#include "einsum/cascade.hpp"

namespace tilewright {

/// An operand or the filter of an Einsum. A view stands for the tensor whose data it is.
struct Read {
  const Access* access;  ///< as written, of the view where it is one
  TensorId tensor;       ///< never a view
};

std::vector<Read> reads(const Cascade& cascade, const Einsum& einsum);

/// Those of its body, without the filter.
std::vector<TensorId> operands_of(const Cascade& cascade, const Einsum& einsum);
/// Bytes of an element of the longest operand: what the unit that computes the Einsum works on. 0 without operands.
double operand_B(const Cascade& cascade, const Einsum& einsum, const ByTensor<double>& element_B);

/// The index with which an access runs over a rank by its variable; nullptr if it is fixed there or has no such
/// rank.
const Index* running_index(const Cascade& cascade, const Access& access, RankId rank);

/// Which steps of the iteration over a rank must be done before a step of the reader can be.
enum class Needs { earlier_step, same_step, all_steps };
Needs needs(const Cascade& cascade, const Einsum& reader, const Read& read, RankId iterated);

/// Whether the read is one that an iteration breaks a cycle at: of an iterated tensor, at an earlier step.
bool reads_earlier_step(const Cascade& cascade, const Einsum& reader, const Read& read);

struct Group {
  std::vector<EinsumId> einsums;  ///< ascending, which is an order of execution within a step
  RankId iterated = {};           ///< the rank to step over; none if the group is one Einsum without a cycle
};

/// All Einsums, in groups that are in an order of execution.
std::vector<Group> execution_groups(const Cascade& cascade);

/// The group of every Einsum, as an index into execution_groups().
ByEinsum<std::size_t> group_of_einsums(const Cascade& cascade);

}  // namespace tilewright
