// The dependence graph of a cascade's Einsums (Boost.Graph inside).
#pragma once

#include <string>
#include <vector>

#include "einsum/cascade.hpp"

namespace tilewright {

/// For every Einsum the Einsums whose results it reads (through views too), without repetition, ascending.
/// The dependence of an iteration on its own earlier steps is not an edge.
ByEinsum<std::vector<EinsumId>> dependences(const Cascade& cascade);

struct CriticalPath {
  std::vector<EinsumId> einsums;  ///< in order of execution
  double operations;              ///< the sum of their scalar operations
};
/// The chain of dependent Einsums with the most operations: no overlap of Einsums can hide it.
CriticalPath critical_path(const Cascade& cascade, const ByRank<double>& shapes);

/// Graphviz text: Einsums as boxes, tensors as edge labels, inputs and outputs as ellipses.
std::string to_dot(const Cascade& cascade);

}  // namespace tilewright
