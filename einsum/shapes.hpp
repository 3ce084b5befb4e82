// From the shapes that a workload gives to the shape of every rank of a cascade.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "einsum/cascade.hpp"

namespace tilewright {

/// The shape of every rank. `given` has rank names (and may have other names that shape expressions
/// use). Throws InputError if a rank has no shape, a shape is not a positive integer below 2^53, a partition's
/// parts do not multiply to the whole, or a derived rank is given another shape.
ByRank<double> rank_shapes(const Cascade& cascade, const std::map<std::string, double>& given);

/// Elements of a tensor: the product of its ranks' shapes (an iterated rank counts its initial element too).
double elements(const Cascade& cascade, const Tensor& tensor, const ByRank<double>& shapes);

/// Elements of an input that some Einsum reads at least: a fixed coordinate selects one, the other ranks all.
double read_elements(const Cascade& cascade, TensorId input, const ByRank<double>& shapes);

}  // namespace tilewright
